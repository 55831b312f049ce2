"""Somebody who is followed, and a worker for the mails about their posts."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from core.config import Settings
from core.dependencies.background import job_runner
from domain.user import User
from infra.database.clock import from_now
from infra.database.repositories.user import _to_values
from infra.database.tables import follows, jobs, users
from tests.support.api import Api, Person
from tests.support.samples import NOW, a_user

PUBLIC_URL = "https://blog.test"


@dataclass(frozen=True)
class Desk:
    """An author, and a worker that works when told to."""

    api: Api
    author: Person
    settings: Settings

    async def follow(self, count: int) -> list[str]:
        """Let so many follow the author; gives their addresses."""
        people = [a_user(f"reader{n}", email=f"reader{n}@x.org") for n in range(count)]
        tenant = {"tenant": self.api.tenant, "created_at": NOW}
        accounts = [tenant | _account(person) for person in people]
        follow = tenant | {"followed_id": self.author.id}
        follow_rows = [follow | {"follower_id": person.id} for person in people]
        async with self.api.container._resources.primary.engine.begin() as connection:
            await connection.execute(insert(users), accounts)
            await connection.execute(insert(follows), follow_rows)
        return [str(person.email) for person in people]

    async def follower(self) -> Person:
        person = await self.api.person()
        await self.api.call("PUT", f"/users/{self.author.username}/follow", person)
        return person

    async def jobs(self) -> list[dict[str, Any]]:
        answer = await self.api.get("/jobs?kind=tell_followers", self.author)
        found: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
        return found

    async def publish(self, **fields: Any) -> UUID:
        """Write a post; gives the job that tells of it."""
        await self.api.write(self.author, **fields)
        return UUID((await self.jobs())[0]["id"])

    async def let_due(self, job_id: UUID) -> None:
        """Let the time of a job, or of its lease, have come."""
        due = update(jobs).where(jobs.c.id == job_id)
        async with self.api.container._resources.primary.engine.begin() as connection:
            await connection.execute(due.values(due_at=from_now(-timedelta(seconds=1))))

    async def work(self, job_id: UUID) -> dict[str, Any]:
        """Do what is left of a job that is due; gives the job as it is then."""
        await self.let_due(job_id)
        await job_runner(self.api.container._resources).run(job_id)
        answer = await self.api.get(f"/jobs/{job_id}", self.author)
        job: dict[str, Any] = answer.raise_for_status().json()
        return job


def _account(user: User) -> dict[str, Any]:
    return {"id": user.id, "version": user.version} | _to_values(user)
