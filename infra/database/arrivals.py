"""How long commits take to reach each replica.

One commit a second is followed, at most: by a wait on each replica, which no request waits for.
"""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, field
from time import monotonic

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from application.positions import NOWHERE, Position
from infra.database.engines import read_engine
from infra.database.positions import format_gtids
from infra.database.replicas import Reads

_KEPT = 1_000  # limits the memory where nothing exports them
_PERIOD_SECONDS = 1.0
_LONGEST_SECONDS = 4  # what takes longer is counted as this; less than a read may take
_ANSWER_SECONDS = _LONGEST_SECONDS + 2
_log = logging.getLogger("broadsheet.replicas")
_WAIT = text("SELECT WAIT_FOR_EXECUTED_GTID_SET(:gtids, :seconds)")


@dataclass(slots=True)
class Arrivals:
    """The commit that is followed next, and the seconds that earlier ones took, by replica."""

    seconds: deque[tuple[tuple[str], float]] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _noted: asyncio.Event = field(default_factory=asyncio.Event)
    _position: Position = NOWHERE
    _at: float = 0.0

    def note(self, position: Position) -> None:
        """Note the position of a commit that has just been made, unless another is followed."""
        if not self._noted.is_set():
            self._position, self._at = position, monotonic()
            self._noted.set()

    async def next(self) -> tuple[Position, float]:
        """Wait for a commit; return its position and its time."""
        self._noted.clear()
        await self._noted.wait()
        return self._position, self._at


class ArrivalWatch:
    """Follows commits to all replicas, on connections of its own."""

    def __init__(self, reads: Reads, arrivals: Arrivals) -> None:
        self._arrivals = arrivals
        self._engines = [(replica.name, read_engine(replica.url)) for replica in reads.replicas]

    async def run(self) -> None:
        """Follow commits until cancelled."""
        while True:
            try:
                await self.follow()
            except Exception:
                # the watch must not end: no later commit would be followed
                _log.exception("the watch of commits failed")
            await asyncio.sleep(_PERIOD_SECONDS)

    async def follow(self) -> None:
        """Follow the next commit to all replicas concurrently."""
        position, at = await self._arrivals.next()
        async with asyncio.TaskGroup() as group:
            for name, engine in self._engines:
                group.create_task(self._follow(name, engine, position, at))

    async def close(self) -> None:
        for _, engine in self._engines:
            await engine.dispose()

    async def _follow(self, name: str, engine: AsyncEngine, position: Position, at: float) -> None:
        sent = {"gtids": format_gtids(position), "seconds": _LONGEST_SECONDS}
        try:
            async with asyncio.timeout(_ANSWER_SECONDS), engine.connect() as connection:
                await connection.execute(_WAIT, sent)
        except (SQLAlchemyError, OSError):
            return  # the replica watch tells of a replica that can't be reached
        self._arrivals.seconds.append(((name,), monotonic() - at))
