"""Asks the primary at intervals what has ended, for the reads of a process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncEngine

PERIOD_SECONDS = 0.4
# an end is dated before its COMMIT, by the clock of the machine that causes it
_MARGIN = timedelta(seconds=60)


@dataclass(slots=True)
class EndWatch:
    """Notes what has ended since it last asked; at first, what has ended within `past`."""

    reading: AsyncEngine
    ended_since: Executable  # selects one column, after the instant `since`
    note: Callable[[Any], None]
    past: timedelta
    _asked_at: float | None = field(default=None, init=False)

    async def check(self) -> None:
        """Select what has ended."""
        began = monotonic()
        past = self.past if self._asked_at is None else timedelta(seconds=began - self._asked_at)
        since = datetime.now(UTC) - past - _MARGIN
        async with self.reading.connect() as connection:
            for ended in (await connection.execute(self.ended_since, {"since": since})).scalars():
                self.note(ended)
        self._asked_at = began
