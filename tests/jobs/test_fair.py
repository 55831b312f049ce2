"""A user who floods the queue: others' jobs begin all the same, on workers as people start them."""

import asyncio
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from application.post.bulk import BulkCommand, BulkCommandService
from domain.job import State
from infra.database.tables import jobs
from tests.conftest import fresh_api
from tests.jobs.conftest import Stack
from tests.jobs.test_killed import one_post
from tests.support.api import Api, Person
from tests.support.jobs import ended
from tests.support.machine import slowness
from tests.support.worker import working

OTHERS, BULKS = 29, 30
MANY = {"operations": [{"op": "create", "title": f"{n}", "body": "b"} for n in range(200)]}
POOLS = {"two slots": ("--concurrency=2",), "one slot": ("--pool=solo",)}
AT_ONCE = {"two slots": 15, "one slot": 5}  # as many as are soon done


async def ask(api: Api, by: Person, work: dict[str, Any]) -> str:
    caller = await api.container.caller_of(by.access_token, api.tenant)
    command = BulkCommand.model_validate(work)
    job = await api.container.scope(api.tenant, caller)[BulkCommandService].request_bulk(command)
    return str(job.id)


async def at_work(api: Api, by: Person) -> None:
    """Wait until a job of somebody has begun."""
    running = (jobs.c.requested_by == by.id, jobs.c.state == State.RUNNING)
    found = select(func.count()).select_from(jobs).where(jobs.c.tenant == api.tenant, *running)
    reading = api.container._resources.reads.primary
    async with asyncio.timeout(30), reading.connect() as connection:
        while not await connection.scalar(found):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def waited(job: dict[str, Any]) -> float:
    began, asked = (datetime.fromisoformat(job[name]) for name in ("started_at", "created_at"))
    return (began - asked).total_seconds()


@pytest.mark.timing
@pytest.mark.parametrize("pool", POOLS)
async def test_the_jobs_of_29_begin_soon_while_one_floods_the_queue(
    stack: Stack, pool: str
) -> None:
    async with fresh_api(stack.api.container) as api:
        flooding, *others = [await api.person() for _ in range(OTHERS + 1)]
        flood = [await ask(api, flooding, MANY) for _ in range(BULKS)]
        with working(stack.folder, "worker1", *POOLS[pool], **stack.environment):
            await at_work(api, flooding)
            done: list[dict[str, Any]] = []
            while some := others[len(done) :][: AT_ONCE[pool]]:
                asked = await asyncio.gather(*(ask(api, other, one_post(0)) for other in some))
                done += [await ended(api, by, job) for by, job in zip(some, asked, strict=True)]
            first = await api.get(f"/jobs/{flood[0]}", flooding)
            await discard_all(api)
    waits = sorted(map(waited, done))
    print(f"{pool}: they began after {waits[0]:.2f} to {waits[-1]:.2f} s")
    assert waits[-1] < 2 * slowness()
    assert first.json()["started_at"], "who floods the queue has their turns too"


async def discard_all(api: Api) -> None:
    """End what nobody waits for."""
    over = jobs.update().where(jobs.c.tenant == api.tenant, jobs.c.due_at.is_not(None))
    async with api.container._resources.primary.engine.begin() as connection:
        await connection.execute(over.values(state=State.DISCARDED, due_at=None))


async def test_a_bulk_that_gives_way_is_done_once(stack: Stack) -> None:
    async with fresh_api(stack.api.container) as api:
        ann, bob = await api.person(), await api.person()
        options = ("--pool=solo",)
        with working(stack.folder, "worker1", *options, **stack.environment):
            large = await ask(api, ann, MANY)
            for number in range(4):
                await at_work(api, ann)
                await ended(api, bob, await ask(api, bob, one_post(number)))
            done = await ended(api, ann, large)
        assert (done["state"], done["result"]["succeeded"]) == ("succeeded", 200)
        assert done["attempts"] > 1, "it gave way"
        assert (await api.get("/posts?status=draft&limit=1", ann)).json()["total"] == 200
