"""A worker that stands still for longer than its lease, before its transaction or inside it."""

import os
import signal
from time import monotonic
from typing import Any

import pytest

from domain.job import Job
from infra.jobs.queue import LEASE
from tests.jobs.conftest import Stack
from tests.support.jobs import ended
from tests.support.samples import NOW
from tests.support.waiting import until
from tests.support.worker import children_of, start_worker, working

MODULE = "tests.jobs.kinds.celery"


def is_stopped(pid: int) -> bool:
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().split()[2] == "T"


@pytest.mark.parametrize("is_inside", [False, True])
async def test_it_holds_up_nobody_for_longer_and_does_nothing_twice(
    stack: Stack, is_inside: bool
) -> None:
    ann = await stack.api.person()
    post = await stack.api.write(ann, title="Title")
    frozen = stack.folder / "frozen"
    payload: dict[str, Any] = {"post_id": post["id"], "frozen": str(frozen), "is_inside": is_inside}
    job = Job.queued("freeze", payload, ann.id, NOW)
    with working(
        stack.folder, "worker1", "--concurrency=2", app=MODULE, **stack.environment
    ) as worker:
        async with stack.api.container.scope(stack.api.tenant).write_uow as uow:
            await uow.jobs.add(job)
            await uow.commit()
        children = children_of(worker.process.pid)
        await until(lambda: any(map(is_stopped, children)), "one stands still")
        began = monotonic()
        done = await ended(stack.api, ann, str(job.id))
        took = monotonic() - began
        for child in filter(is_stopped, children):
            os.kill(child, signal.SIGCONT)
        # where it held a lock, the server has closed its connection
        late = ("job lost", "job failed")
        await until(
            lambda: any(map(worker.log.read_text().count, late)), "it learns that it is late"
        )
    assert (done["state"], done["attempts"]) == ("succeeded", 2)
    assert took < LEASE.total_seconds() + 10
    assert (await stack.api.get(f"/posts/{post['id']}", ann)).json()["title"] == "Title!"


async def test_a_worker_whose_job_hangs_is_over_within_its_grace_period(stack: Stack) -> None:
    frozen = stack.folder / "frozen"
    payload: dict[str, Any] = {"post_id": "", "frozen": str(frozen), "is_inside": False}
    environment = stack.environment | {"GRACE_SECONDS": "2"}
    worker = start_worker(stack.folder, "worker1", "--concurrency=1", app=MODULE, **environment)
    try:
        async with stack.api.container.scope(stack.api.tenant).write_uow as uow:
            await uow.jobs.add(Job.queued("freeze", payload, None, NOW))
            await uow.commit()
        children = children_of(worker.process.pid)
        await until(lambda: any(map(is_stopped, children)), "one stands still")
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(20) == 1
        await until(lambda: not any(map(is_alive, children)), "its children are gone too")
    finally:
        worker.kill()
    assert "did not end within 2 s" in worker.log.read_text()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().split()[2] != "Z"
