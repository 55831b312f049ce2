"""Asks the primary at intervals which logins have ended, for the reads of a process."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlalchemy.ext.asyncio import AsyncEngine

from infra.database.logins import Logins
from infra.security.ended_logins import EndedLogins

PERIOD_SECONDS = 0.4
# a login's end is dated before its COMMIT, by the clock of the machine that ends it
_MARGIN_SECONDS = 60.0


@dataclass(slots=True)
class LoginWatch:
    """Notes the logins that have ended, since it last asked; at first, all of which an access token
    may still be valid."""

    reading: AsyncEngine
    logins: Logins
    ended: EndedLogins
    token_seconds: float
    _asked_at: float | None = field(default=None, init=False)

    async def check(self) -> None:
        """Select the logins that have ended."""
        began = monotonic()
        past = self.token_seconds if self._asked_at is None else began - self._asked_at
        since = datetime.now(UTC) - timedelta(seconds=past + _MARGIN_SECONDS)
        async with self.reading.connect() as connection:
            for row in await connection.execute(self.logins.ended_since, {"since": since}):
                self.ended.add(row.id)
        self._asked_at = began
