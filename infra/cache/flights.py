"""Flights: loads under way in this process, which others may join."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

from application.caching import Answer
from application.positions import Position


@dataclass(frozen=True, slots=True)
class _Flight:
    """A load, and the position that it will have reached."""

    position: Position
    answer: asyncio.Future[Answer]


@dataclass(frozen=True, slots=True)
class Flights:
    """One load for each key at a time; a second one for whoever may not join the first."""

    _under_way: dict[Hashable, _Flight] = field(default_factory=dict)

    def to_join(self, key: Hashable, wanted: Position) -> asyncio.Future[Answer] | None:
        """Give a load under way; None where there is none as new as wanted."""
        flight = self._under_way.get(key)
        if flight is None or not flight.position.reaches(wanted):
            return None
        return asyncio.shield(flight.answer)

    async def begun(
        self, key: Hashable, position: Position, load: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        """Load, for oneself and all who join."""
        task = asyncio.ensure_future(load())
        self._under_way[key] = flight = _Flight(position, task)
        task.add_done_callback(lambda _: self._land(key, flight))
        # whoever hangs up leaves the load to those who joined it
        return await asyncio.shield(task)

    def _land(self, key: Hashable, flight: _Flight) -> None:
        if self._under_way.get(key) is flight:
            del self._under_way[key]
        if not flight.answer.cancelled():
            flight.answer.exception()  # told to whoever waits; nobody may
