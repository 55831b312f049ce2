"""Replicas: which of them may be read now, and on which server a read runs."""

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, get_args

from cachetools import TTLCache
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from application.positions import NOWHERE, Position
from application.tracing import step
from infra.database.positions import POSITION_SECONDS, executed_position, reached
from infra.database.sessions import close_quietly

_ANSWER_SECONDS = 0.25  # for a wait of at most WAIT_SECONDS


# why a read that a replica could have answered ran on the primary
Fallback = Literal["none_fit", "position_unknown", "too_late", "failed"]
FALLBACKS: tuple[Fallback, ...] = get_args(Fallback)


@dataclass(slots=True)
class Replica:
    """A replica and its state at the last check."""

    url: URL
    engine: AsyncEngine
    why_not: str | None = "It has not been checked yet."
    lag_seconds: float | None = None
    position: Position = NOWHERE

    @property
    def name(self) -> str:
        return f"{self.url.host}:{self.url.port or 3306}"

    def leave_out(self, why_not: str) -> None:
        """Stop reading it until a check finds it usable again."""
        self.why_not = why_not


@dataclass(frozen=True, slots=True)
class Route:
    """An open connection for a read; `replica` is None on the primary."""

    connection: AsyncConnection
    replica: Replica | None


@dataclass(slots=True)
class ReadCounts:
    """How reads were routed since the start."""

    on_replica: int = 0
    on_primary: int = 0
    waits: int = 0
    timeouts: int = 0
    fallen_back: dict[Fallback, int] = field(default_factory=lambda: dict.fromkeys(FALLBACKS, 0))


@dataclass(slots=True)
class Reads:
    """Opens connections for reads: on a replica that has reached a position, else the primary."""

    primary: AsyncEngine
    replicas: tuple[Replica, ...] = ()
    tracks_positions: bool = False
    primary_position: Position = NOWHERE
    counts: ReadCounts = field(default_factory=ReadCounts)
    _turns: Iterator[int] = field(default_factory=itertools.count)
    # by GTID source: the last sequence number that survived the loss of a primary
    _lost: TTLCache[str, int] = field(default_factory=lambda: TTLCache(1000, POSITION_SECONDS))

    async def open(self, position: Position | None) -> Route:
        """Open a connection to a server that has reached `position`; None stands for the
        primary."""
        replica = self._next_replica()
        if replica is not None and position is not None:
            wanted = self._without_lost(position)
            if connection := await self._on_replica(replica, wanted):
                self.counts.on_replica += 1
                return Route(connection, replica)
            if wanted:
                await self._find_lost(wanted)
        self.counts.on_primary += 1
        if not self.replicas:
            return Route(await self.primary.connect(), None)
        why = _why_not(replica, position)
        self.counts.fallen_back[why] += 1
        with step("fall back to primary", "client", {"broadsheet.reason": why}):
            return Route(await self.primary.connect(), None)

    async def position_of_primary(self) -> Position | None:
        """Ask the primary for its position; None where it does not answer."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS), self.primary.connect() as connection:
                return await executed_position(connection)
        except (SQLAlchemyError, OSError):
            return None

    async def position_of_newest(self) -> Position | None:
        """Return a position that includes all commits until now; None where it is not known."""
        return await self.position_of_primary() if self.tracks_positions else NOWHERE

    def _next_replica(self) -> Replica | None:
        readable = [replica for replica in self.replicas if replica.why_not is None]
        return readable[next(self._turns) % len(readable)] if readable else None

    async def _on_replica(self, replica: Replica, position: Position) -> AsyncConnection | None:
        try:
            connection = await replica.engine.connect()
        except PoolTimeoutError:
            if replica.why_not is None:
                raise  # all connections are in use: a fallback would exhaust the primary's pool too
            return None
        except (SQLAlchemyError, OSError):
            replica.leave_out("It can't be reached.")
            return None
        has_reached = False
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                has_reached = await self._has_reached(connection, position)
        except (SQLAlchemyError, OSError):
            replica.leave_out("It failed while a read waited for it.")
        finally:
            if not has_reached:
                await close_quietly(connection)
        return connection if has_reached else None

    async def _has_reached(self, connection: AsyncConnection, position: Position) -> bool:
        if not position:
            return True
        self.counts.waits += 1
        with step("wait for position", "client") as waiting:
            has_reached = await reached(connection, position)
            waiting.set("broadsheet.outcome", "reached" if has_reached else "too_late")
        self.counts.timeouts += not has_reached
        return has_reached

    async def _find_lost(self, position: Position) -> None:
        """Note what the primary itself has not reached: commits that were lost with a former
        primary."""
        executed = await self.position_of_primary()
        if executed is None:
            return
        for source in position.beyond(executed).sequences:
            self._lost[source] = executed.sequences.get(source, 0)

    def _without_lost(self, position: Position) -> Position:
        if not self._lost:
            return position
        return Position({s: n for s, n in position.sequences.items() if not self._is_lost(s, n)})

    def _is_lost(self, source: str, sequence: int) -> bool:
        last = self._lost.get(source)
        # a former primary that is the primary again continues from its last number
        return (
            last is not None and self.primary_position.sequences.get(source, 0) <= last < sequence
        )


def _why_not(replica: Replica | None, position: Position | None) -> Fallback:
    if replica is None:
        return "none_fit"
    if position is None:
        return "position_unknown"
    # a replica that failed has just got its `why_not`
    return "too_late" if replica.why_not is None else "failed"
