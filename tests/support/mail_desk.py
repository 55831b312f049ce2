"""An author with followers, and a worker for the mails about new posts."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from core.config import Settings
from core.dependencies.background import job_runner
from infra.blog.user.repository import user_values
from infra.blog.user.table import follows, users
from infra.database.clock import from_now
from infra.database.tables import jobs
from tests.support.api import Api, Person
from tests.support.jobs import put_off_verifications
from tests.support.samples import NOW, a_user

PUBLIC_URL = "https://blog.test"


async def verify(api: Api, person: Person, email: str | None = None) -> None:
    """Have somebody's address verified, or another one."""
    verified = (
        update(users)
        .where(users.c.tenant == api.tenant, users.c.id == person.id)
        .values(email_verified=True, email=email or person.email)
    )
    async with api.container._resources.primary.engine.begin() as connection:
        await connection.execute(verified)


@dataclass(frozen=True)
class Desk:
    """An author, and a worker that runs a job on demand."""

    api: Api
    author: Person
    settings: Settings

    async def follow(self, count: int) -> list[str]:
        """Let so many follow the author; returns their addresses."""
        people = [
            a_user(f"reader{n}", email=f"reader{n}@x.org", email_verified=True)
            for n in range(count)
        ]
        tenant = {"tenant": self.api.tenant, "created_at": NOW}
        accounts = [tenant | user_values(person) for person in people]
        follow = tenant | {"followed_id": self.author.id}
        follow_rows = [follow | {"follower_id": person.id} for person in people]
        async with self.api.container._resources.primary.engine.begin() as connection:
            await connection.execute(insert(users), accounts)
            await connection.execute(insert(follows), follow_rows)
        return [str(person.email) for person in people]

    async def follower(self) -> Person:
        person = await self.api.person()
        await self.api.call("PUT", f"/users/{self.author.username}/follow", person)
        await verify(self.api, person)
        return person

    async def do(self, kind: str) -> None:
        """Do all jobs of a kind that wait in this tenant."""
        own = jobs.c.tenant == self.api.tenant
        waiting = select(jobs.c.id).where(own, jobs.c.kind == kind, jobs.c.due_at.is_not(None))
        resources = self.api.container._resources
        async with resources.primary.engine.connect() as connection:
            ids = (await connection.execute(waiting)).scalars().all()
        for job_id in ids:
            await self.let_due(job_id)
            await job_runner(resources).run(job_id)

    async def jobs(self) -> list[dict[str, Any]]:
        answer = await self.api.get("/jobs?kind=tell_followers", self.author)
        found: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
        return found

    async def publish(self, **fields: Any) -> UUID:
        """Write a post; returns the id of its notification job."""
        await self.api.write(self.author, **fields)
        return UUID((await self.jobs())[0]["id"])

    async def let_due(self, job_id: UUID) -> None:
        """Let the time of a job, or of its lease, have come."""
        due = update(jobs).where(jobs.c.id == job_id)
        async with self.api.container._resources.primary.engine.begin() as connection:
            await connection.execute(due.values(due_at=from_now(-timedelta(seconds=1))))

    async def work(self, job_id: UUID) -> dict[str, Any]:
        """Do what is left of a job that is due; returns the job as it is then."""
        await put_off_verifications(self.api)
        await self.let_due(job_id)
        await job_runner(self.api.container._resources).run(job_id)
        answer = await self.api.get(f"/jobs/{job_id}", self.author)
        job: dict[str, Any] = answer.raise_for_status().json()
        return job
