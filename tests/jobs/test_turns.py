"""In which order jobs begin, on each kind of database, where a test relays and claims."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import insert, select

from application.job.turn import Turn
from core.blog.container import blog_container
from core.config import Settings
from core.dependencies.background import job_queue, job_runner
from core.dependencies.job_handlers import HOUSEKEEPING
from domain.ids import new_id
from domain.job import ATTEMPTS, State
from infra.database.clock import from_now
from infra.database.schema import migrate
from infra.database.tables import jobs
from infra.jobs.queue import JobQueue
from infra.jobs.rounds import AT_ONCE, chosen, sent_by_requester
from tests.conftest import fresh_api
from tests.harness.mysql import MySQLPair
from tests.support.api import Api
from tests.support.databases import migrated
from tests.support.settings import settings_for
from tests.support.waiting import until

ANN, BOB, EVE = (UUID(int=number) for number in (1, 2, 3))


@pytest_asyncio.fixture(params=["sqlite", "mysql"])
async def settings(request: pytest.FixtureRequest, tmp_path: Any) -> Settings:
    """Those of a database of its own, where nobody relays."""
    if request.param == "mysql":
        return await migrated(request.getfixturevalue("mysql_pair"))
    found = settings_for(f"sqlite:///{tmp_path}/blog.db")
    await migrate(found.primary)
    return found


@pytest_asyncio.fixture
async def api(settings: Settings) -> AsyncIterator[Api]:
    container = blog_container(settings)
    async with fresh_api(container) as api:
        yield api
    await container.stop()


@pytest.fixture
def queue(api: Api) -> JobQueue:
    return job_queue(api.container._resources)


async def add(queue: JobQueue, who: UUID | None, count: int = 1) -> None:
    """Store due jobs; of each who asks, in the order of asking."""
    row = {
        "tenant": UUID(int=9),
        "kind": HOUSEKEEPING,
        "payload": {},
        "requested_by": who,
        "state": State.QUEUED,
        "attempts": 0,
        "max_attempts": ATTEMPTS,
    }
    async with queue.engine.begin() as connection:
        now = await connection.scalar(select(from_now()))
        row |= dict.fromkeys(("run_at", "due_at", "created_at"), now)
        for start in range(0, count, 1000):
            some = [row | {"id": new_id()} for _ in range(min(1000, count - start))]
            await connection.execute(insert(jobs), some)


async def order(queue: JobQueue, count: int) -> list[UUID | None]:
    """Whose jobs begin next, one after the other."""
    begun = [await queue.claim_next(new_id()) for _ in range(count)]
    return [claimed.requested_by for claimed in begun if claimed]


async def test_each_has_a_turn_whoever_came_first(queue: JobQueue) -> None:
    await add(queue, ANN, 5)
    await queue.take_due()
    assert await order(queue, 1) == [ANN]
    for who in (BOB, None, EVE):
        await add(queue, who, 2)
    await queue.take_due()
    assert await order(queue, 12) == [ANN, BOB, None, EVE, ANN, BOB, None, EVE, ANN, ANN]


async def test_a_message_lets_the_next_begin_whichever_it_names(queue: JobQueue) -> None:
    await add(queue, ANN, 3)
    sent = await queue.take_due()
    begun = {claimed.lease.job_id for _ in range(3) if (claimed := await queue.claim_next(sent[2]))}
    assert begun == set(sent)
    assert await queue.claim_next(sent[0]) is None


async def test_ever_new_users_do_not_starve_one_who_waits(queue: JobQueue) -> None:
    await add(queue, ANN, 3)
    await queue.take_due()
    begun: list[UUID | None] = []
    for number in range(100, 120):
        # two come for each that begins
        for who in (UUID(int=number), UUID(int=1000 + number)):
            await add(queue, who)
        await queue.take_due()
        begun += await order(queue, 1)
    assert begun.count(ANN) == 3


async def test_who_comes_behind_a_long_queue_is_sent_at_once(queue: JobQueue) -> None:
    await add(queue, ANN, 2 * AT_ONCE)
    assert len(await queue.take_due()) == AT_ONCE
    assert list(await queue.take_due()) == []
    await add(queue, BOB, 3)
    assert len(await queue.take_due()) == 3
    assert await order(queue, 4) == [ANN, BOB, ANN, BOB]
    # places that become free go to whoever has fewer than their share
    await add(queue, EVE, 20)
    await queue.take_due()
    assert (await order(queue, 20)).count(EVE) >= 6


async def test_what_is_sent_again_keeps_its_place(queue: JobQueue) -> None:
    await add(queue, ANN, 2)
    await add(queue, BOB, 2)
    sent = await queue.take_due()
    async with queue.engine.begin() as connection:
        await connection.execute(jobs.update().values(due_at=from_now()))
    assert sorted(await queue.take_due()) == sorted(sent)
    assert await order(queue, 4) == [ANN, BOB, ANN, BOB]


async def test_a_bulk_gives_way_once_it_had_its_time_and_goes_on_later(
    api: Api, queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await api.person()
    creates = [{"op": "create", "title": f"{n}", "body": "b"} for n in range(6)]
    bulk = {"operations": creates, "max_concurrent": 1}
    job = (await api.post("/posts/bulk", ann, json=bulk)).json()
    await queue.take_due()
    answers = iter([False, False, True])
    monkeypatch.setattr(Turn, "is_over", lambda _: next(answers, True))
    runner = job_runner(api.container._resources)
    await runner.run(UUID(job["id"]))
    first = (await api.get(f"/jobs/{job['id']}", ann)).json()
    assert (first["state"], first["progress"]["done"], first["error"]) == ("queued", 2, None)
    monkeypatch.setattr(Turn, "is_over", lambda _: False)
    await runner.run(UUID(job["id"]))
    second = (await api.get(f"/jobs/{job['id']}", ann)).json()
    assert (second["state"], second["result"]["succeeded"]) == ("succeeded", 6)
    assert (await api.get("/posts?status=draft", ann)).json()["total"] == 6


async def test_others_wait_once_a_job_of_theirs_was_sent(queue: JobQueue) -> None:
    await add(queue, ANN)
    earlier = jobs.update().values(run_at=from_now(-timedelta(seconds=1)))
    async with queue.engine.begin() as connection:
        await connection.execute(earlier)
    assert not await queue.others_wait(BOB)
    await queue.take_due()
    assert [await queue.others_wait(who) for who in (ANN, BOB, None)] == [False, True, True]


async def test_a_turn_is_over_only_where_others_wait_and_some_time_has_passed() -> None:
    turn = Turn()
    assert not turn.is_over()
    turn.is_wanted = True
    assert not turn.is_over()
    await until(turn.is_over, "its time has passed")
    turn.is_wanted = False
    assert not turn.is_over()


async def test_a_long_queue_of_one_costs_the_relay_little(mysql_pair: MySQLPair) -> None:
    """By how many rows the server steps over, which no other process changes."""
    container = blog_container(await migrated(mysql_pair))
    queue = job_queue(container._resources)
    await add(queue, ANN, 20_000)
    await queue.take_due()
    await add(queue, BOB)
    async with queue.engine.begin() as connection:
        await connection.exec_driver_sql("ANALYZE TABLE job")
        await connection.exec_driver_sql("FLUSH STATUS")
        sent = await sent_by_requester(connection)
        rows = await chosen(connection, sent)
        steps: Any = await connection.exec_driver_sql("SHOW SESSION STATUS LIKE 'Handler_read%%'")
        read = sum(int(count) for _, count in steps)
    await container.stop()
    assert [row.requested_by for row in rows] == [BOB]
    assert read < 4 * AT_ONCE
