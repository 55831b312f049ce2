"""A worker that was held up beyond its lease does nothing a second time."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import update

from application.job.ports import Lease, LeaseLost
from application.post.bulk import BulkCommand, BulkCommandService, Create
from core.blog.container import blog_container
from core.dependencies.background import job_queue
from domain.caller import Caller, Role
from domain.job import State
from infra.database.clock import from_now
from infra.database.repositories.job import SqlJobRepository
from infra.database.tables import jobs
from infra.jobs.queue import JobQueue, pause_after
from tests.conftest import fresh_api
from tests.support.api import Api, Person
from tests.support.databases import migrated
from tests.support.settings import settings_for

CREATE = Create(op="create", title="Once", body="b")


@pytest_asyncio.fixture(params=["sqlite", "mysql"])
async def api(request: pytest.FixtureRequest, tmp_path: Any) -> AsyncIterator[Api]:
    """On a database of its own, where nobody relays."""
    if request.param == "sqlite":
        settings = settings_for(f"sqlite:///{tmp_path}/blog.db")
    else:
        settings = await migrated(request.getfixturevalue("mysql_pair"))
    container = blog_container(settings)
    await container.migrate()
    async with fresh_api(container) as api:
        yield api
    await container.stop()


@pytest_asyncio.fixture
async def ann(api: Api) -> Person:
    return await api.person()


@pytest.fixture
def queue(api: Api) -> JobQueue:
    return job_queue(api.container._resources)


def commands(api: Api, ann: Person) -> BulkCommandService:
    caller = Caller(ann.id, Role.AUTHOR)
    return api.container.scope(api.tenant, caller)[BulkCommandService]


async def new_job(api: Api, ann: Person) -> UUID:
    return (await commands(api, ann).request_bulk(BulkCommand(operations=(CREATE,)))).id


async def claimed(queue: JobQueue, job_id: UUID) -> Lease:
    found = await queue.claim(job_id)
    assert found
    return found.lease


async def expire(queue: JobQueue, job_id: UUID, **values: Any) -> None:
    """Let the time of a lease pass."""
    past = {"due_at": from_now(-timedelta(seconds=1))} | values
    async with queue.engine.begin() as connection:
        await connection.execute(update(jobs).where(jobs.c.id == job_id).values(past))


async def test_one_that_nobody_may_try_again_is_dead_wherever_it_stands(
    api: Api, ann: Person, queue: JobQueue
) -> None:
    for state in (State.SENT, State.RUNNING):
        job_id = await new_job(api, ann)
        await expire(queue, job_id, state=state, attempts=5)
        assert list(await queue.take_due()) == []
        assert (await api.get(f"/jobs/{job_id}", ann)).json()["state"] == "dead"


def test_pauses_have_an_end() -> None:
    assert pause_after(1000) <= timedelta(minutes=10)


async def written(api: Api, ann: Person) -> int:
    total: int = (await api.get("/posts?status=draft", ann)).json()["total"]
    return total


async def test_one_lease_at_a_time(api: Api, ann: Person, queue: JobQueue) -> None:
    job_id = await new_job(api, ann)
    first = await claimed(queue, job_id)
    assert await queue.claim(job_id) is None
    assert await queue.renew(first)
    await expire(queue, job_id)
    second = await claimed(queue, job_id)
    assert (first.attempt, second.attempt) == (1, 2)
    for refused in (queue.renew(first), queue.fail(first, "late"), queue.put_back(first)):
        assert not await refused


async def test_who_was_held_up_before_its_transaction_comes_to_nothing(
    api: Api, ann: Person, queue: JobQueue
) -> None:
    job_id = await new_job(api, ann)
    late = await claimed(queue, job_id)
    await expire(queue, job_id)
    second = await claimed(queue, job_id)
    await commands(api, ann).do(second, 0, CREATE)
    with pytest.raises(LeaseLost):
        await commands(api, ann).do(late, 0, CREATE)
    with pytest.raises(LeaseLost):
        await commands(api, ann).do(late, 1, CREATE)
    with pytest.raises(LeaseLost):
        await commands(api, ann).end(late)
    await commands(api, ann).end(second)
    assert await written(api, ann) == 1


async def test_without_the_fence_it_would_be_done_twice(
    api: Api, ann: Person, queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test of the one before."""

    async def note_nothing(*_: Any) -> None:
        return

    monkeypatch.setattr(SqlJobRepository, "add_item", note_nothing)
    job_id = await new_job(api, ann)
    late = await claimed(queue, job_id)
    await expire(queue, job_id)
    await commands(api, ann).do(await claimed(queue, job_id), 0, CREATE)
    await commands(api, ann).do(late, 0, CREATE)
    assert await written(api, ann) == 2


async def test_a_job_fails_as_often_as_it_may_and_is_replayed(
    api: Api, ann: Person, queue: JobQueue
) -> None:
    job_id = await new_job(api, ann)
    for _ in range(5):
        await expire(queue, job_id)
        assert await queue.fail(await claimed(queue, job_id), "the cause")
    dead = (await api.get(f"/jobs/{job_id}", ann)).json()
    assert (dead["state"], dead["attempts"], dead["error"]) == ("dead", 5, "the cause")
    assert await queue.claim(job_id) is None
    admin = await api.person(Role.ADMIN)
    assert (await api.post(f"/jobs/{job_id}/replay", ann)).status_code == 403
    replayed = (await api.post(f"/jobs/{job_id}/replay", admin)).json()
    assert (replayed["state"], replayed["attempts"]) == ("queued", 5)
    assert (await api.post(f"/jobs/{job_id}/discard", admin)).status_code == 409
    await expire(queue, job_id)
    assert (await claimed(queue, job_id)).attempt == 6


@pytest.mark.parametrize("is_killed", [True, False])
async def test_attempts_that_got_further_do_not_make_it_dead(
    api: Api, ann: Person, queue: JobQueue, is_killed: bool
) -> None:
    async def attempt(number: int, *, gets_further: bool) -> str:
        await expire(queue, job_id)
        lease = await claimed(queue, job_id)
        if gets_further:
            await commands(api, ann).do(lease, number, CREATE)
        if not is_killed:
            assert await queue.fail(lease, "the cause")
        await expire_unless_over(queue, job_id)
        await queue.take_due()
        state: str = (await api.get(f"/jobs/{job_id}", ann)).json()["state"]
        return state

    job_id = await new_job(api, ann)
    for number in range(12):
        assert await attempt(number, gets_further=True) == "sent"
    for number in range(12, 19):
        assert await attempt(number, gets_further=False) == "sent"
    assert await attempt(20, gets_further=False) == "dead"
    assert await written(api, ann) == 12


async def expire_unless_over(queue: JobQueue, job_id: UUID) -> None:
    past = update(jobs).where(jobs.c.id == job_id, jobs.c.due_at.is_not(None))
    async with queue.engine.begin() as connection:
        await connection.execute(past.values(due_at=from_now(-timedelta(seconds=1))))


async def test_a_job_whose_last_worker_said_nothing_is_dead(
    api: Api, ann: Person, queue: JobQueue
) -> None:
    job_id = await new_job(api, ann)
    for _ in range(5):
        await expire(queue, job_id)
        await claimed(queue, job_id)
    await expire(queue, job_id)
    assert list(await queue.take_due()) == []
    dead = (await api.get(f"/jobs/{job_id}", ann)).json()
    assert (dead["state"], "ended while it ran this job" in dead["error"]) == ("dead", True)
    admin = await api.person(Role.ADMIN)
    discarded = (await api.post(f"/jobs/{job_id}/discard", admin)).json()
    assert (discarded["state"], discarded["finished_at"] is not None) == ("discarded", True)
