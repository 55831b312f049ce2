"""A lease: of all processes that miss the same entry, one loads it and the others wait."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from application.caching import Answer
from application.positions import Position
from infra.cache.entry_store import Lookup
from infra.cache.store import Store
from infra.database.positions import format_gtids

_SECONDS = 2.0
_WAITS = 100  # for the lease or its holder's answer; then it loads without the lease
_WAIT_SECONDS = 0.01


@dataclass
class Lease:
    """The right to load one answer at a position. All methods raise StoreUnavailable."""

    store: Store
    lookup: Lookup
    position: Position
    _is_taken: bool = field(default=False)

    async def acquire_or_find(self, look: Callable[[], Awaitable[Answer | None]]) -> Answer | None:
        """Acquire the lease, or wait for its holder's answer. Returns the answer if it is stored;
        else None: with the lease, or without it after a second."""
        for _ in range(_WAITS):
            self._is_taken = await self.store.add(self._key, b"1", _SECONDS)
            if self._is_taken:
                # a former holder may have stored the answer since the lookup
                return await look()
            await asyncio.sleep(_WAIT_SECONDS)
            if found := await look():
                return found
        return None

    async def release(self) -> None:
        """Release the lease, if it was taken."""
        if self._is_taken:
            await self.store.remove(self._key)

    @property
    def _key(self) -> str:
        position = ",".join(sorted(format_gtids(self.position).split(",")))
        return f"{self.lookup.key}:{self.lookup.floors.digest.hex()}:{position}:lease"
