"""What a job was to do goes with its end, unless it may be done again."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from core.dependencies.background import job_queue
from domain.caller import Role
from domain.job import State
from infra.database.clock import from_now
from infra.database.tables import jobs
from tests.support.api import Api
from tests.support.mail_desk import Desk

BULK = {"operations": [{"op": "create", "title": "Long", "body": "x" * 100_000}]}


async def payload(api: Api, job_id: str) -> dict[str, Any]:
    found = select(jobs.c.payload).where(jobs.c.tenant == api.tenant, jobs.c.id == UUID(job_id))
    async with api.container._resources.reads.primary.connect() as connection:
        stored: dict[str, Any] = (await connection.execute(found)).scalar_one()
        return stored


async def test_one_that_succeeded_has_none(desk: Desk) -> None:
    asked = (await desk.api.post("/posts/bulk", desk.author, json=BULK)).json()
    assert (await payload(desk.api, asked["id"]))["operations"]
    assert (await desk.work(UUID(asked["id"])))["state"] == "succeeded"
    assert await payload(desk.api, asked["id"]) == {}


async def test_a_dead_one_keeps_it_until_it_is_discarded(desk: Desk) -> None:
    api, admin = desk.api, await desk.api.person(Role.ADMIN)
    job_id = (await api.post("/posts/bulk", desk.author, json=BULK)).json()["id"]
    await die(api, UUID(job_id))
    assert (await payload(api, job_id))["operations"]
    assert (await api.post(f"/jobs/{job_id}/replay", admin)).json()["state"] == "queued"
    assert (await payload(api, job_id))["operations"]
    await die(api, UUID(job_id))
    assert (await api.post(f"/jobs/{job_id}/discard", admin)).json()["state"] == "discarded"
    assert await payload(api, job_id) == {}


async def die(api: Api, job_id: UUID) -> None:
    """Let a job have no attempts left, and its worker be gone."""
    past = from_now(-timedelta(seconds=1))
    spent = {"state": State.RUNNING, "attempts": jobs.c.max_attempts, "due_at": past}
    queue = job_queue(api.container._resources)
    async with queue.engine.begin() as connection:
        await connection.execute(update(jobs).where(jobs.c.id == job_id).values(spent))
    await queue.take_due()
