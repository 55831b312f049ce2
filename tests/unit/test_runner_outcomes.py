"""How attempts are counted whose end cannot be stored."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import pytest

from application.job.ports import Lease
from domain.ids import new_id
from domain.tenant import DEFAULT_TENANT
from infra.database.shielded import Shielded
from infra.jobs.counts import JobCounts
from infra.jobs.queue import Claimed, JobQueue
from infra.jobs.runner import Runner
from infra.tracing.jobs import JobTraces


@dataclass
class Unreachable:
    """A queue whose database goes down once a job has begun."""

    counts: JobCounts = field(default_factory=JobCounts)
    traces: JobTraces = field(default_factory=JobTraces)

    async def claim_next(self, job_id: UUID) -> Claimed:
        return Claimed(Lease(job_id, 1), DEFAULT_TENANT, "tell", {}, None, None, None)

    async def fail(self, lease: Lease, error: str) -> None:
        raise OSError("The database is down.")

    async def put_back(self, lease: Lease) -> None:
        """Store nothing."""


def runner_of(queue: Unreachable, work: Any) -> Runner:
    return Runner(cast(JobQueue, queue), work, Shielded(), asyncio.Event())


async def test_a_failure_that_cannot_be_stored_is_lost() -> None:
    async def fails(_: Claimed) -> None:
        raise RuntimeError("It is broken.")

    queue = Unreachable()
    with pytest.raises(OSError, match="down"):
        await runner_of(queue, fails).run(new_id())
    assert [labels for labels, _ in queue.counts.runs] == [("tell", "lost")]


async def test_an_attempt_that_a_worker_ends_is_returned() -> None:
    began = asyncio.Event()

    async def hangs(_: Claimed) -> None:
        began.set()
        await asyncio.Event().wait()

    queue = Unreachable()
    running = asyncio.create_task(runner_of(queue, hangs).run(new_id()))
    await asyncio.wait_for(began.wait(), 60)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [labels for labels, _ in queue.counts.runs] == [("tell", "returned")]
