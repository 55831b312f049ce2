"""Waiting for jobs."""

import asyncio
from datetime import timedelta
from typing import Any, Protocol

from httpx import Response
from sqlalchemy import func, select, update

from application.user.account_jobs import VERIFICATION
from domain.job import State
from infra.database.clock import from_now
from infra.database.tables import jobs
from tests.support.api import Api, Person

_TIMEOUT_SECONDS = 180  # leases and back-off of jobs whose workers were killed
_OVER = ("succeeded", "dead", "discarded")


class Reading(Protocol):
    """Whatever reads for somebody."""

    async def get(self, path: str, by: Person | None = None) -> Response: ...


async def ended(api: Reading, by: Person, job_id: str) -> dict[str, Any]:
    """Wait until a job has ended; returns it as answered."""
    async with asyncio.timeout(_TIMEOUT_SECONDS):
        while True:
            job: dict[str, Any] = (await api.get(f"/jobs/{job_id}", by)).raise_for_status().json()
            if job["state"] in _OVER:
                return job
            await asyncio.sleep(0.02)


async def jobs_done(api: Api) -> None:
    """Wait until no job of the tenant waits or runs."""
    waiting = select(func.count()).where(jobs.c.tenant == api.tenant, jobs.c.due_at.is_not(None))
    async with asyncio.timeout(_TIMEOUT_SECONDS):
        while True:
            async with api.container._resources.reads.primary.connect() as connection:
                if not await connection.scalar(waiting):
                    return
            await asyncio.sleep(0.02)


async def put_off_verifications(api: Api) -> None:
    """Let the mails of registrations wait, so that a worker's next job is another one; those of
    all tenants, whose jobs one queue has."""
    later = update(jobs).where(jobs.c.kind == VERIFICATION, jobs.c.due_at.is_not(None))
    async with api.container._resources.primary.engine.begin() as connection:
        ahead = from_now(timedelta(hours=1))
        await connection.execute(later.values(state=State.QUEUED.value, due_at=ahead))
