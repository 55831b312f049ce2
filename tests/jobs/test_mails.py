"""Mails to followers, on a real mail server that fails: to each who wants one, and once."""

import asyncio
import multiprocessing
import os
import signal
from collections import Counter
from uuid import UUID

import pytest

from core.blog.container import blog_container
from core.config import Settings
from core.dependencies.background import job_runner
from infra.mail import smtp
from tests.support.mail_desk import Desk, verify
from tests.support.mail_server import Post
from tests.support.profile import IS_FULL

FOLLOWERS = 1_000 if IS_FULL else 200
KILLED_AFTER = (FOLLOWERS // 7, FOLLOWERS // 2, FOLLOWERS - 10)
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload([__name__])


def deliver(settings: Settings, job_id: UUID) -> None:
    """Do a job as a worker does."""
    asyncio.run(job_runner(blog_container(settings)._resources).run(job_id))


async def killed(desk: Desk, post: Post, job_id: UUID, after: int) -> None:
    """Kill a worker when the server has so many mails, before it hears of the last one."""
    worker = processes.Process(target=deliver, args=(desk.settings, job_id))

    def kill(post: Post) -> None:
        if len(post.mails) == after:
            assert worker.pid
            os.kill(worker.pid, signal.SIGKILL)

    post.after_mail = kill
    await asyncio.to_thread(worker.start)
    await asyncio.to_thread(worker.join)
    assert worker.exitcode == -signal.SIGKILL


async def test_all_are_told_whatever_is_killed(desk: Desk, post: Post) -> None:
    addresses = await desk.follow(FOLLOWERS)
    job_id = await desk.publish()
    for after in KILLED_AFTER:
        await killed(desk, post, job_id, after)
        await desk.let_due(job_id)
    job = await desk.work(job_id)
    assert (job["state"], job["attempts"]) == ("succeeded", 4)
    assert job["progress"] == {"done": FOLLOWERS, "total": FOLLOWERS}
    assert job["result"] == {"succeeded": FOLLOWERS, "failed": 0}
    times = Counter(post.addresses)
    assert times.keys() == set(addresses)
    assert (times.total() - FOLLOWERS, max(times.values())) == (3, 2), "one for each kill"
    assert len({mail["Message-ID"] for mail in post.mails}) == FOLLOWERS


async def test_a_server_that_refuses_is_asked_again(desk: Desk, post: Post) -> None:
    addresses = await desk.follow(2)
    await post.close()
    job_id = await desk.publish()
    job = await desk.work(job_id)
    assert (job["state"], job["attempts"]) == ("queued", 1)
    assert job["error"] == "MailServerFailed: The mail server takes no mail: SMTPConnectError."
    await post.open()
    assert (await desk.work(job_id))["state"] == "succeeded"
    assert sorted(post.addresses) == addresses


async def test_a_server_that_hangs_is_left_and_gets_no_mail_twice(
    desk: Desk, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_COMMAND_SECONDS", 0.5)
    addresses = await desk.follow(3)

    def hang(post: Post) -> None:
        post.is_hung = len(post.mails) == 2

    post.after_mail = hang
    job_id = await desk.publish()
    job = await desk.work(job_id)
    assert (job["state"], job["progress"]) == ("queued", {"done": 2, "total": 3})
    post.is_hung = False
    assert (await desk.work(job_id))["state"] == "succeeded"
    assert sorted(post.addresses) == addresses


async def test_an_address_that_is_rejected_stops_no_other(desk: Desk, post: Post) -> None:
    first, second, third = await desk.follow(3)
    post.refused = {first: "550 nobody", second: "450 later"}
    job_id = await desk.publish()
    job = await desk.work(job_id)
    assert (job["state"], post.addresses) == ("queued", [third])
    assert job["error"] == "MailPutOff: The mail server put 1 off until later."
    post.refused = {first: "550 nobody"}
    job = await desk.work(job_id)
    assert (job["state"], post.addresses) == ("succeeded", [third, second])
    assert job["result"] == {"succeeded": 2, "failed": 1}
    assert first not in str(job), "the author does not see who follows"


async def test_odd_addresses_stop_no_other(desk: Desk, post: Post) -> None:
    odd = ["a@b,c@d.org", "<x>@d.org", "\N{ROCKET}@d.org", "a@b@d.org", '"q@d.org']
    await desk.follow(1)
    for email in odd:
        person = await desk.follower()
        await verify(desk.api, person, email)
    job = await desk.work(await desk.publish())
    assert job["state"] == "succeeded"
    assert sum(job["result"].values()) == len(odd) + 1
    assert all(address.endswith(("@x.org", "@d.org")) for address in post.addresses)
