"""A worker that stands still for longer than its lease, before its transaction or inside it, and
one that is told to end while it stands still."""

import os
import signal
from time import monotonic
from typing import Any

import pytest
from kombu.connection import Connection

from application.job.ports import JobRepository
from application.post import publishing
from domain.job import Job
from infra.jobs.celery_app import QUEUE
from infra.jobs.queue import LEASE
from tests.jobs.conftest import Stack
from tests.support.api import Api, Person
from tests.support.jobs import ended
from tests.support.samples import NOW
from tests.support.waiting import until
from tests.support.worker import (
    RunningWorker,
    check_ends,
    children_of,
    start_worker,
    working,
)

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
            await uow[JobRepository].add(job)
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
            await uow[JobRepository].add(Job.queued("freeze", payload, None, NOW))
            await uow.commit()
        children = children_of(worker.process.pid)
        await until(lambda: any(map(is_stopped, children)), "one stands still")
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(20) == 1
        await until(lambda: not any(map(is_alive, children)), "its children are gone too")
    finally:
        worker.kill()
    assert "did not end within 2 s" in worker.log.read_text()


async def test_a_worker_that_is_stopped_as_a_message_arrives_ends_soon(stack: Stack) -> None:
    """Its pool process stands still, so Celery forgets the message before it is read."""
    ann = await stack.api.person()
    worker = start_worker(stack.folder, "worker1", "--concurrency=1", **stack.environment)
    try:
        await published(stack.api, ann)
        # only a process that has begun to read is sent a message
        await until(lambda: " succeeded in " in worker.log.read_text(), "it does a job")
        (child,) = children_of(worker.process.pid)
        os.kill(child, signal.SIGSTOP)
        before = received(worker)
        await published(stack.api, ann)
        await until(lambda: received(worker) > before, "the message arrives")
        worker.process.send_signal(signal.SIGTERM)
        await until(lambda: consumers(stack) == 0, "Celery has forgotten it")
        os.kill(child, signal.SIGCONT)
        assert check_ends(worker, 28) == 0
    finally:
        worker.kill()


async def published(api: Api, by: Person) -> None:
    """Store a job that publishes a post."""
    post = await api.write(by)
    payload = {"post_id": post["id"], "planned": NOW.isoformat()}
    job = Job.queued(publishing.KIND, payload, by.id, NOW)
    async with api.container.scope(api.tenant).write_uow as uow:
        await uow[JobRepository].add(job)
        await uow.commit()


def received(worker: RunningWorker) -> int:
    """Return how many messages a worker has received."""
    return worker.log.read_text().count(" received")


def consumers(stack: Stack) -> int:
    """Return how many workers take messages from the broker."""
    with Connection(stack.environment["CELERY_BROKER_URL"]) as connection:  # type: ignore[no-untyped-call]
        declared = connection.default_channel.queue_declare(QUEUE, passive=True)
        return int(declared.consumer_count)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().split()[2] != "Z"
