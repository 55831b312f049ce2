"""Tallies: numbers of rows by what they have in one column, counted at intervals for metrics."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_PERIOD_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Tally:
    """A metric of a table, of all tenants: `sql` selects labels, one of these, and numbers."""

    metric: str
    description: str
    label: str
    labels: tuple[str, ...]
    sql: str


@dataclass(frozen=True, slots=True)
class TallyCounts:
    """The last numbers, by tallies and labels; the same in all processes."""

    numbers: dict[tuple[Tally, str], float] = field(default_factory=dict)

    def number(self, tally: Tally, label: str) -> float:
        return self.numbers.get((tally, label), 0.0)


@dataclass(slots=True)
class TallyWatch:
    """Counts once a minute."""

    reading: AsyncEngine
    tallies: Sequence[Tally]
    counts: TallyCounts
    _next: float = field(default=0.0, init=False)

    async def check(self) -> None:
        """Count, unless the last count is less than a minute old."""
        if monotonic() < self._next:
            return
        self._next = monotonic() + _PERIOD_SECONDS
        async with self.reading.connect() as connection:
            for tally in self.tallies:
                found = {label: float(n) for label, n in await connection.execute(text(tally.sql))}
                for label in tally.labels:
                    self.counts.numbers[tally, label] = found.get(label, 0.0)
