"""A lease: of all processes that miss the same answer, one loads it and the others wait."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from application.caching import Answer
from application.positions import Position
from infra.cache.shelf import Seen
from infra.cache.store import Store
from infra.database.positions import format_gtids

_SECONDS = 2.0
_WAITS = 100  # for whoever has the lease, and then one loads oneself
_WAIT_SECONDS = 0.01


@dataclass
class Lease:
    """The right to load one answer, as new as a position. All raise StoreUnavailable."""

    store: Store
    seen: Seen
    position: Position
    _is_taken: bool = field(default=False)

    async def taken_or(self, look: Callable[[], Awaitable[Answer | None]]) -> Answer | None:
        """Take it, or give what whoever had it has filled in; None as well after a while."""
        for _ in range(_WAITS):
            self._is_taken = await self.store.add(self._key, b"1", _SECONDS)
            if self._is_taken:
                # whoever had it may have filled the answer in since this one looked
                return await look()
            await asyncio.sleep(_WAIT_SECONDS)
            if found := await look():
                return found
        return None

    async def give_back(self) -> None:
        """Let another have it, if it is ours."""
        if self._is_taken:
            await self.store.remove(self._key)

    @property
    def _key(self) -> str:
        position = ",".join(sorted(format_gtids(self.position).split(",")))
        return f"{self.seen.key}:{self.seen.ground.name.hex()}:{position}:lease"
