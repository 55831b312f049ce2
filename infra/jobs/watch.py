"""Counts the table of jobs at intervals, for metrics."""

from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.job import State
from infra.database.clock import from_now
from infra.database.tables import jobs
from infra.jobs.counts import JobCounts

_PERIOD_SECONDS = 5.0
_LIMIT = 10_000  # counting must not slow down the queue


@dataclass(slots=True)
class JobWatch:
    """Counts waiting, running and dead jobs: of each up to 10,000, by one SELECT on an index."""

    reading: AsyncEngine
    counts: JobCounts
    _next: float = field(default=0.0, init=False)

    async def check(self) -> None:
        """Count, unless the last count is less than five seconds old."""
        if monotonic() < self._next:
            return
        self._next = monotonic() + _PERIOD_SECONDS
        async with self.reading.connect() as connection:
            rows = (await connection.execute(_by_state())).all()
        self.counts.by_state = {State(row.state): row.count for row in rows}
        waits = [
            (row.now - row.oldest).total_seconds()
            for row in rows
            if row.state in (State.QUEUED, State.SENT)
        ]
        self.counts.oldest_due_seconds = max(0.0, *waits) if waits else 0.0


def _by_state() -> Select[Any]:
    seen = select(jobs.c.state, jobs.c.run_at).limit(_LIMIT)
    waiting = seen.where(jobs.c.due_at.is_not(None)).order_by(jobs.c.due_at).subquery()
    dead = seen.where(jobs.c.due_at.is_(None), jobs.c.state == State.DEAD).subquery()
    both = union_all(select(waiting), select(dead)).subquery()
    return select(
        both.c.state,
        func.count().label("count"),
        func.min(both.c.run_at).label("oldest"),
        from_now().label("now"),
    ).group_by(both.c.state)
