"""A lease: of all processes that miss the same answer, one loads it and the others wait."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from application.caching import Answer
from infra.cache.shelf import Seen
from infra.cache.store import Store

_SECONDS = 2.0
_WAITS = 20  # for whoever has the lease, and then one loads oneself
_WAIT_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to load one answer on the floors that were seen. All raise StoreUnavailable."""

    store: Store
    seen: Seen

    @property
    def _key(self) -> str:
        return f"{self.seen.key}:{self.seen.name.hex()}:lease"

    async def taken(self) -> bool:
        """Take it; False where another process has it."""
        return await self.store.add(self._key, b"1", _SECONDS)

    async def give_back(self) -> None:
        await self.store.remove(self._key)

    async def waited_for(self, look: Callable[[], Awaitable[Answer | None]]) -> Answer | None:
        """Look until whoever has it has filled the answer in; None after a while."""
        for _ in range(_WAITS):
            await asyncio.sleep(_WAIT_SECONDS)
            if found := await look():
                return found
        return None
