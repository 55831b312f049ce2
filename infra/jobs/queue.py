"""The queue: due jobs, leases on them, and retries.

Its rows are of all tenants; all times are the database's.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from time import time_ns
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Update, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from application.job.ports import Lease
from application.job.turn import Turn
from domain.job import ATTEMPTS, State
from infra.database.clock import from_now
from infra.database.tables import job_items, jobs
from infra.jobs.counts import JobCounts
from infra.jobs.rounds import AT_ONCE, chosen, next_ones, rounds_of, sent_by_requester
from infra.tracing.jobs import JobTraces

LEASE = timedelta(seconds=15)
RESEND = timedelta(seconds=10)
_STAMPED = 100  # rows per UPDATE, whose CASE has a branch for each row
_NEXT = 5  # other workers may claim the first of them
_GRACE = timedelta(seconds=0.2)
_ERROR_LIMIT = 2000
_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(minutes=10)
_AS_LEFT = ("id", "kind", "traceparent", "state", "attempts", "due_at", "started_at")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job to run, under a lease."""

    lease: Lease
    tenant: UUID
    kind: str
    payload: dict[str, Any]
    requested_by: UUID | None
    request_id: str | None
    traceparent: str | None
    is_last: bool = False  # whether this attempt is the last one
    turn: Turn = field(default_factory=Turn)


@dataclass(frozen=True, slots=True)
class JobQueue:
    """One per process; each method commits its own transactions."""

    engine: AsyncEngine
    reading: AsyncEngine
    counts: JobCounts = field(default_factory=JobCounts)
    traces: JobTraces = field(default_factory=JobTraces)

    async def take_due(self) -> Sequence[UUID]:
        """Take the jobs that are to be sent to workers; for some seconds no relay takes them
        again."""
        if not await self._is_any_due():
            return ()
        began = time_ns()
        async with self.engine.begin() as connection:
            ended = await self._end_lost(connection)
            resent = await self._resent(connection)
            sent = await sent_by_requester(connection)
            due = await chosen(connection, sent)
            rounds = rounds_of(due, sent)
            await _stamp(connection, rounds)
        self.traces.lost([*ended, *resent], LEASE)
        self.traces.sent([*resent, *due], began)
        return [*(row.id for row in resent), *rounds]

    async def _is_any_due(self) -> bool:
        # a read first: a relay without due jobs must not take SQLite's only write lock
        async with self.reading.connect() as connection:
            due = select(jobs.c.id).where(jobs.c.due_at <= from_now()).limit(1)
            return (await connection.execute(due)).first() is not None

    async def _resent(self, connection: AsyncConnection) -> Sequence[Row[Any]]:
        """Resend jobs that no worker has begun, or whose lease has expired; rounds are kept.
        Returns them as they were."""
        may = jobs.c.attempts < jobs.c.max_attempts
        lost: Sequence[Row[Any]] = (await connection.execute(_lost().where(may))).all()
        if ids := [row.id for row in lost]:
            sent = {"state": State.SENT, "due_at": from_now(RESEND)}
            await connection.execute(update(jobs).where(jobs.c.id.in_(ids)).values(sent))
        return lost

    async def _end_lost(self, connection: AsyncConnection) -> Sequence[Row[Any]]:
        """Mark jobs as dead whose last attempt ended without an outcome, as that of a killed
        worker. Returns them as they were."""
        is_last = jobs.c.attempts >= jobs.c.max_attempts
        lost: Sequence[Row[Any]] = (await connection.execute(_lost().where(is_last))).all()
        if ids := [row.id for row in lost]:
            await connection.execute(_extended(jobs.c.id.in_(ids)))
            dead = {
                "state": State.DEAD,
                "due_at": None,
                "error": func.coalesce(jobs.c.error, "The worker ended while it ran this job."),
                "finished_at": from_now(),
            }
            spent = (jobs.c.id.in_(ids), jobs.c.attempts >= jobs.c.max_attempts)
            await connection.execute(update(jobs).where(*spent).values(dead))
        return lost

    async def claim_next(self, job_id: UUID) -> Claimed | None:
        """Take a lease on the next job in turn; where none was sent, on this one.

        Each message lets one job begin, whichever job it names.
        """
        while ids := await self._next():
            for each in ids:
                if claimed := await self.claim(each):
                    return claimed
        return await self.claim(job_id)

    async def _next(self) -> Sequence[UUID]:
        async with self.reading.connect() as connection:
            return list((await connection.execute(next_ones(_NEXT))).scalars())

    async def others_wait(self, requested_by: UUID | None) -> bool:
        """Return whether a job of another requester was sent and waits for a worker."""
        is_anothers = jobs.c.requested_by.is_distinct_from(requested_by)
        waits = (jobs.c.state == State.SENT, jobs.c.run_at <= from_now(-_GRACE))
        found = select(jobs.c.id).where(*waits, is_anothers).limit(1)
        async with self.reading.connect() as connection:
            return (await connection.execute(found)).first() is not None

    async def claim(self, job_id: UUID) -> Claimed | None:
        """Take a lease on a job; None where another worker has one, or the job has ended."""
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
        self.counts.note_wait(row.kind, max(0.0, (row.now - row.run_at).total_seconds()))
        return _claimed(row)

    async def renew(self, lease: Lease) -> bool:
        """Extend a lease; False where it is lost."""
        return await self._changed(update(jobs).where(*_held(lease)).values(due_at=from_now(LEASE)))

    async def fail(self, lease: Lease, error: str) -> bool:
        """Note that an attempt failed: the job is retried later, or dead; False where the
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
        """Mark a job as dead, as retries would not help; False where the lease is lost."""
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
        """Requeue a job because this worker shuts down; False where the lease is lost."""
        return await self._changed(
            update(jobs)
            .where(*_held(lease))
            .values(state=State.QUEUED, max_attempts=jobs.c.max_attempts + 1, due_at=from_now())
        )

    async def give_way(self, lease: Lease) -> bool:
        """Return a job to the queue, behind the jobs of other requesters; False where the lease is
        lost."""
        given = {"state": State.QUEUED, "due_at": from_now(), "run_at": from_now()}
        more = {"max_attempts": jobs.c.max_attempts + 1}
        return await self._changed(update(jobs).where(*_held(lease)).values(given | more))

    async def _changed(self, *statements: Update) -> bool:
        """Return whether the last statement changed a row."""
        async with self.engine.begin() as connection:
            counts = [(await connection.execute(each)).rowcount for each in statements]
        return bool(counts[-1])


def pause_after(attempt: int) -> timedelta:
    """Return the pause after an attempt: it doubles each time, with jitter."""
    longest = min(_FIRST_PAUSE * 2 ** min(attempt - 1, 10), _LONGEST_PAUSE)
    pause: timedelta = longest * random.uniform(0.5, 1)  # noqa: S311
    return pause


async def _stamp(connection: AsyncConnection, rounds: Mapping[UUID, int]) -> None:
    """Mark jobs as sent, each with its round."""
    ids = list(rounds)
    for some in (ids[start : start + _STAMPED] for start in range(0, len(ids), _STAMPED)):
        of_each = case(*((jobs.c.id == job_id, rounds[job_id]) for job_id in some))
        sent = {"state": State.SENT, "due_at": from_now(RESEND), "round": of_each}
        await connection.execute(update(jobs).where(jobs.c.id.in_(some)).values(sent))


def _lost() -> Select[Any]:
    """Return the statement that locks jobs which no worker has begun, or whose lease is over."""
    is_lost = (jobs.c.state.in_((State.SENT, State.RUNNING)), jobs.c.due_at <= from_now())
    # rows locked by a suspended worker are skipped until the next pass
    found = select(*(jobs.c[name] for name in _AS_LEFT)).where(*is_lost)
    return found.limit(AT_ONCE).with_for_update(skip_locked=True)


def _held(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    return (
        jobs.c.id == lease.job_id,
        jobs.c.state == State.RUNNING,
        jobs.c.attempts == lease.attempt,
    )


def _extended(*which: ColumnElement[bool]) -> Update:
    """Grant new attempts to jobs that have used theirs and made progress."""
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
        row.traceparent,
        row.attempts >= row.max_attempts,
    )
