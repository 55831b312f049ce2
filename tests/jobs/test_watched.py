"""What `/metrics` says of jobs, and what a process does beside its requests."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from domain.ids import new_id
from domain.job import State
from infra.background import Background
from infra.database.clock import from_now
from infra.database.tables import jobs
from infra.jobs import watch
from infra.jobs.watch import JobWatch
from tests.jobs.test_bulk import bulk
from tests.jobs.test_fences import api as quiet
from tests.support.api import Api
from tests.support.metrics import Metrics, read_metrics

__all__ = ["quiet"]
SECOND = timedelta(seconds=1)
WAIT = "job_wait_seconds_count"


async def add(api: Api, state: State, run_at: float, due_at: float | None) -> None:
    """Store a job that runs, or ran, so many seconds from now."""
    row: dict[str, Any] = {"id": new_id(), "tenant": new_id(), "kind": "k", "payload": {}}
    row |= {"state": state, "attempts": 1, "max_attempts": 5, "created_at": datetime.now(UTC)}
    row |= {"run_at": from_now(run_at * SECOND)}
    row |= {"due_at": None if due_at is None else from_now(due_at * SECOND)}
    async with api.container._resources.primary.engine.begin() as connection:
        await connection.execute(insert(jobs).values(row))


async def seen(api: Api) -> Metrics:
    resources = api.container._resources
    await JobWatch(resources.reads.primary, resources.job_counts).check()
    return await read_metrics(api.client)


def counted(metrics: Metrics) -> dict[str, float]:
    return {state: metrics.value("jobs", state=state) for state in metrics.labels("jobs", "state")}


async def test_jobs_are_counted_by_state(quiet: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = {"queued": 0, "sent": 0, "running": 0, "dead": 0}
    metrics = await seen(quiet)
    assert (counted(metrics), metrics.value("jobs_oldest_due_seconds")) == (nothing, 0)
    await add(quiet, State.QUEUED, run_at=3600, due_at=3600)
    metrics = await seen(quiet)
    assert (metrics.value("jobs"), metrics.value("jobs_oldest_due_seconds")) == (1, 0)
    # told again a moment ago, and waiting for longest
    await add(quiet, State.SENT, run_at=-60, due_at=9)
    await add(quiet, State.QUEUED, run_at=-30, due_at=-30)
    await add(quiet, State.RUNNING, run_at=-900, due_at=9)
    for state in (State.DEAD, State.DEAD, State.SUCCEEDED):
        await add(quiet, state, run_at=-900, due_at=None)
    metrics = await seen(quiet)
    assert counted(metrics) == {"queued": 2, "sent": 1, "running": 1, "dead": 2}
    assert 60 <= metrics.value("jobs_oldest_due_seconds") < 90

    resources = quiet.container._resources
    one = JobWatch(resources.reads.primary, resources.job_counts)
    await one.check()
    await add(quiet, State.DEAD, run_at=-1, due_at=None)
    await one.check()
    assert (await read_metrics(quiet.client)).value("jobs", state="dead") == 2, "it looks again"
    monkeypatch.setattr(watch, "_LIMIT", 1)
    assert (await seen(quiet)).value("jobs") == 2, "one that waits and one that is dead"


async def test_how_late_jobs_begin_is_counted(api: Api) -> None:
    before = await read_metrics(api.client)
    create = {"op": "create", "title": "t", "body": "b"}
    await bulk(api, await api.person(), create)
    after = await read_metrics(api.client)
    assert after.value(WAIT) >= before.value(WAIT) + 1
    quick = after.value("job_wait_seconds_bucket", le="5.0")
    assert quick > before.value("job_wait_seconds_bucket", le="5.0")


async def test_who_is_woken_all_the_time_does_all_the_rest_too() -> None:
    woken, done = asyncio.Event(), asyncio.Event()
    relayed = 0

    async def relay() -> None:
        nonlocal relayed
        relayed += 1
        woken.set()

    async def other() -> None:
        if relayed > 10:
            done.set()

    background = asyncio.create_task(Background(woken, [relay, other]).run())
    async with asyncio.timeout(10):
        await done.wait()
    background.cancel()
