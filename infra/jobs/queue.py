"""The queue: which jobs are due, who may do them, and what becomes of those that fail.

Its rows are of all tenants; all times are the database's.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Update, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from application.job.ports import Lease
from domain.job import ATTEMPTS, State
from infra.database.clock import from_now
from infra.database.tables import job_items, jobs
from infra.jobs.counts import JobCounts

LEASE = timedelta(seconds=15)
RESEND = timedelta(seconds=10)
_AT_ONCE = 1000  # sent and not begun: more would be a backlog of messages beside that of rows
_ERROR_LIMIT = 2000
_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that is to be done now, under a lease."""

    lease: Lease
    tenant: UUID
    kind: str
    payload: dict[str, Any]
    requested_by: UUID | None
    request_id: str | None


@dataclass(frozen=True, slots=True)
class JobQueue:
    """One for a process; each call is a transaction of its own."""

    engine: AsyncEngine
    reading: AsyncEngine
    counts: JobCounts = field(default_factory=JobCounts)

    async def take_due(self) -> Sequence[UUID]:
        """Give the jobs that workers are to be told of; for a while nobody tells them again."""
        if not await self._is_any_due():
            return ()
        async with self.engine.begin() as connection:
            ids = await self._due(connection)
            if ids:
                sent = {"state": State.SENT, "due_at": from_now(RESEND)}
                await connection.execute(update(jobs).where(jobs.c.id.in_(ids)).values(sent))
        return ids

    async def _is_any_due(self) -> bool:
        # nobody waits for this: SQLite has one writer
        async with self.reading.connect() as connection:
            due = select(jobs.c.id).where(jobs.c.due_at <= from_now()).limit(1)
            return (await connection.execute(due)).first() is not None

    async def _due(self, connection: AsyncConnection) -> list[UUID]:
        await self._end_lost(connection)
        sent = select(func.count()).where(jobs.c.state == State.SENT, jobs.c.due_at > from_now())
        room = _AT_ONCE - int(await connection.scalar(sent) or 0)
        may = (jobs.c.due_at <= from_now(), jobs.c.attempts < jobs.c.max_attempts)
        due = select(jobs.c.id).where(*may).order_by(jobs.c.due_at)
        found = due.limit(max(0, room)).with_for_update(skip_locked=True)
        return list((await connection.execute(found)).scalars())

    async def _end_lost(self, connection: AsyncConnection) -> None:
        """Let jobs die whose last attempt ended without a word, as a killed worker's does."""
        is_lost = (jobs.c.due_at <= from_now(), jobs.c.attempts >= jobs.c.max_attempts)
        # one that a stopped worker holds is left for the next time: nobody waits for it
        lost = select(jobs.c.id).where(*is_lost).limit(_AT_ONCE).with_for_update(skip_locked=True)
        if ids := list((await connection.execute(lost)).scalars()):
            await connection.execute(_extended(jobs.c.id.in_(ids)))
            dead = {
                "state": State.DEAD,
                "due_at": None,
                "error": func.coalesce(jobs.c.error, "Its worker ended in the middle of it."),
                "finished_at": from_now(),
            }
            spent = (jobs.c.id.in_(ids), jobs.c.attempts >= jobs.c.max_attempts)
            await connection.execute(update(jobs).where(*spent).values(dead))

    async def claim(self, job_id: UUID) -> Claimed | None:
        """Take a lease on a job; None where another has one, or it has ended."""
        is_sent = jobs.c.state == State.SENT
        is_over = jobs.c.due_at <= from_now()
        is_free = is_sent | (jobs.c.state.in_((State.QUEUED, State.RUNNING)) & is_over)
        taken = {
            "state": State.RUNNING,
            "attempts": jobs.c.attempts + 1,
            "due_at": from_now(LEASE),
            "started_at": func.coalesce(jobs.c.started_at, from_now()),
        }
        may = (jobs.c.id == job_id, is_free, jobs.c.attempts < jobs.c.max_attempts)
        async with self.engine.begin() as connection:
            if not (await connection.execute(update(jobs).where(*may).values(taken))).rowcount:
                return None
            found = select(jobs, from_now().label("now")).where(jobs.c.id == job_id)
            row = (await connection.execute(found)).one()
        self.counts.waits.append(max(0.0, (row.now - row.run_at).total_seconds()))
        return _claimed(row)

    async def renew(self, lease: Lease) -> bool:
        """Hold a job for longer; False where it is lost."""
        return await self._changed(update(jobs).where(*_held(lease)).values(due_at=from_now(LEASE)))

    async def fail(self, lease: Lease, error: str) -> bool:
        """Note that an attempt failed: the job is tried again later, or dead; False where the
        lease is lost."""
        is_last = jobs.c.attempts >= jobs.c.max_attempts
        later = from_now(pause_after(lease.attempt))
        failed = update(jobs).where(*_held(lease))
        return await self._changed(
            _extended(*_held(lease)),
            failed.values(
                state=case((is_last, State.DEAD), else_=State.QUEUED),
                error=error[:_ERROR_LIMIT],
                run_at=case((is_last, jobs.c.run_at), else_=later),
                due_at=case((is_last, None), else_=later),
                finished_at=case((is_last, from_now()), else_=None),
            ),
        )

    async def kill(self, lease: Lease, error: str) -> bool:
        """Note that no attempt would help; False where the lease is lost."""
        return await self._changed(
            update(jobs)
            .where(*_held(lease))
            .values(
                state=State.DEAD,
                error=error[:_ERROR_LIMIT],
                due_at=None,
                finished_at=from_now(),
            )
        )

    async def put_back(self, lease: Lease) -> bool:
        """Let another do it at once: this worker ends; False where the lease is lost."""
        return await self._changed(
            update(jobs)
            .where(*_held(lease))
            .values(state=State.QUEUED, max_attempts=jobs.c.max_attempts + 1, due_at=from_now())
        )

    async def _changed(self, *statements: Update) -> bool:
        """Tell whether the last one changed a row."""
        async with self.engine.begin() as connection:
            counts = [(await connection.execute(each)).rowcount for each in statements]
        return bool(counts[-1])


def pause_after(attempt: int) -> timedelta:
    """Give how long to wait after an attempt: twice as long each time, and never all together."""
    longest = min(_FIRST_PAUSE * 2 ** min(attempt - 1, 10), _LONGEST_PAUSE)
    pause: timedelta = longest * random.uniform(0.5, 1)  # noqa: S311
    return pause


def _held(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    return (
        jobs.c.id == lease.job_id,
        jobs.c.state == State.RUNNING,
        jobs.c.attempts == lease.attempt,
    )


def _extended(*which: ColumnElement[bool]) -> Update:
    """Give new attempts to jobs that have spent theirs, and got further by them."""
    of_job = (job_items.c.tenant == jobs.c.tenant, job_items.c.job_id == jobs.c.id)
    done = select(func.count()).select_from(job_items).where(*of_job).scalar_subquery()
    has_got_further = (jobs.c.attempts >= jobs.c.max_attempts, done > jobs.c.items_counted)
    more = {"max_attempts": jobs.c.attempts + ATTEMPTS, "items_counted": done}
    return update(jobs).where(*which, *has_got_further).values(more)


def _claimed(row: Row[Any]) -> Claimed:
    return Claimed(
        Lease(row.id, row.attempts),
        row.tenant,
        row.kind,
        row.payload,
        row.requested_by,
        row.request_id,
    )
