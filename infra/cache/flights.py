"""Single flight: concurrent callers of an entry in this process share one load."""

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
    """One load per key to join; a caller that requires a later position starts another."""

    _under_way: dict[Hashable, _Flight] = field(default_factory=dict)

    def find(self, key: Hashable, required: Position) -> asyncio.Future[Answer] | None:
        """Return the load in progress; None if there is none that reaches the position."""
        flight = self._under_way.get(key)
        if flight is None or not flight.position.reaches(required):
            return None
        return asyncio.shield(flight.answer)

    async def start(
        self, key: Hashable, position: Position, load: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        """Start a load that other callers can join, and return its answer."""
        task = asyncio.ensure_future(load())
        self._under_way[key] = flight = _Flight(position, task)
        task.add_done_callback(lambda _: self._end(key, flight))
        # cancelling this caller does not cancel the load, which others may have joined
        return await asyncio.shield(task)

    def _end(self, key: Hashable, flight: _Flight) -> None:
        if self._under_way.get(key) is flight:
            del self._under_way[key]
        if not flight.answer.cancelled():
            # marks the exception as retrieved: waiting callers, if any, receive it from the task
            flight.answer.exception()
