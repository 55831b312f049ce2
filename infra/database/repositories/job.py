"""Jobs as aggregates, and the statements that end a job's own transactions."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Row
from structlog.contextvars import get_contextvars

from application.finding import found
from application.job.ports import Item, Lease, LeaseLost
from application.tracing import step
from domain.job import Job, State
from infra.database.clock import from_now
from infra.database.inserting import inserted
from infra.database.mapping import aggregate_of
from infra.database.sessions import Session
from infra.database.tables import job_items, jobs
from infra.tracing.jobs import JOB_ID, JOB_KIND

_NOT_ENDED = (State.QUEUED, State.SENT, State.RUNNING)
_NO_PAYLOAD: Mapping[str, Any] = {}  # the job never runs again, and its payload may be large


class SqlJobRepository:
    """Stores jobs for a tenant, and ends those of a valid lease."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tenant = session.tenant
        self._request_id = get_contextvars().get("request_id")

    async def get(self, job_id: UUID) -> Job:
        by_id = select(jobs).where(jobs.c.tenant == self._tenant, jobs.c.id == job_id)
        return _job(found(await self._session.first(by_id.with_for_update()), "job"))

    async def add(self, job: Job) -> None:
        row = {
            "id": job.id,
            "tenant": self._tenant,
            "kind": job.kind,
            "payload": dict(job.payload),
            "requested_by": job.requested_by,
            "request_id": self._request_id,
            "attempts": job.attempts,
            "created_at": from_now(),
        }
        about = {JOB_ID: str(job.id), JOB_KIND: job.kind}
        with step("store job", "producer", about) as stored:
            row |= {"traceparent": stored.traceparent} | _standing(job)
            await self._session.change(insert(jobs).values(row))
        self._session.has_added_jobs = True

    async def store(self, job: Job) -> None:
        over = {"finished_at": from_now(), "payload": _NO_PAYLOAD}
        is_over = job.state is State.DISCARDED
        await self._session.change(
            update(jobs)
            .where(jobs.c.tenant == self._tenant, jobs.c.id == job.id)
            .values(_standing(job) | (over if is_over else {"finished_at": None}))
        )
        self._session.has_added_jobs = True

    async def waiting(self, kind: str, user_id: UUID, limit: int) -> Sequence[UUID]:
        # by the index on the state and the requester
        own = (jobs.c.tenant == self._tenant, jobs.c.requested_by == user_id, jobs.c.kind == kind)
        found = select(jobs.c.id).where(jobs.c.state.in_(_NOT_ENDED), *own).limit(limit)
        return [row.id for row in await self._session.all(found)]

    async def plan(self, job_id: UUID, total: int) -> None:
        of_job = update(jobs).where(jobs.c.tenant == self._tenant, jobs.c.id == job_id)
        await self._session.change(of_job.values(total=total))

    async def items(self, job_id: UUID) -> Mapping[str, Mapping[str, Any]]:
        found = select(job_items.c.name, job_items.c.outcome).where(*self._of(job_id))
        return {row.name: row.outcome for row in await self._session.all(found)}

    async def done(self, job_id: UUID, names: Sequence[str]) -> set[str]:
        found = select(job_items.c.name).where(*self._of(job_id), job_items.c.name.in_(names))
        return {row.name for row in await self._session.all(found)}

    async def tally(self, job_id: UUID) -> Mapping[str, int]:
        status = job_items.c.outcome["status"].as_string().label("status")
        counted = select(status, func.count().label("n")).where(*self._of(job_id))
        return {row.status: row.n for row in await self._session.all(counted.group_by("status"))}

    async def add_item(self, lease: Lease, item: Item) -> None:
        row = {"tenant": self._tenant, "job_id": lease.job_id, "name": item.name}
        noted = insert(job_items).values(row | {"outcome": dict(item.outcome)})
        if not await inserted(self._session, noted):
            raise LeaseLost(f"{item.name} was done by another worker.")
        # shared: items of one job do not wait for each other, only a new claim waits for them
        held = select(jobs.c.id).where(*self._held(lease)).with_for_update(read=True)
        if await self._session.first(held) is None:
            raise LeaseLost(f"Attempt {lease.attempt} no longer has the job.")

    async def finish(self, lease: Lease, result: Any) -> None:
        ended = {"state": State.SUCCEEDED, "result": result, "error": None, "due_at": None}
        ended |= {"finished_at": from_now(), "payload": _NO_PAYLOAD}
        finished = update(jobs).where(*self._held(lease))
        if not await self._session.change(finished.values(ended)):
            raise LeaseLost(f"Attempt {lease.attempt} no longer has the job.")

    def _of(self, job_id: UUID) -> tuple[Any, ...]:
        return job_items.c.tenant == self._tenant, job_items.c.job_id == job_id

    def _held(self, lease: Lease) -> tuple[Any, ...]:
        return (
            jobs.c.tenant == self._tenant,
            jobs.c.id == lease.job_id,
            jobs.c.state == State.RUNNING,
            jobs.c.attempts == lease.attempt,
        )


def _standing(job: Job) -> dict[str, Any]:
    """Return the columns of a job's schedule; the relay takes a queued job at its `run_at`."""
    return {
        "state": job.state,
        "max_attempts": job.max_attempts,
        "run_at": job.run_at,
        "due_at": _due_at(job) if job.state is State.QUEUED else None,
    }


def _due_at(job: Job) -> Any:
    # this process' clock may be ahead of the database's: a job that is due now must not wait
    return job.run_at if job.run_at > datetime.now(UTC) else from_now()


def _job(row: Row[Any]) -> Job:
    return aggregate_of(Job, row, state=State(row.state))
