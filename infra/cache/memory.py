"""The store of a deployment with one process: its memory, up to a limit."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from aiocache import SimpleMemoryCache
from aiocache.serializers import NullSerializer

from application.positions import Position
from infra.cache.floor import raised
from infra.cache.shared_reads import Keys, Values

_LIMIT_BYTES = 64 * 2**20
_OVERHEAD_BYTES = 500  # of an entry in two dicts, with its timer


class MemoryStore:
    """Stores bytes in memory; over the limit it evicts the least recently written ones."""

    is_down = False
    prefix = "memory:"

    def __init__(self, limit_bytes: int = _LIMIT_BYTES) -> None:
        self._cache: Any = SimpleMemoryCache(serializer=NullSerializer(), timeout=None)
        self._limit_bytes = limit_bytes
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._bytes = 0

    async def load_prefix(self) -> str:
        return self.prefix

    async def get(self, keys: Keys) -> Values:
        values: Values = await self._cache.multi_get(keys)
        return values

    async def set(self, key: str, value: bytes, seconds: float) -> None:
        await self._cache.set(key, value, ttl=float(seconds))
        size = len(key) + len(value) + _OVERHEAD_BYTES
        self._bytes += size - self._sizes.pop(key, 0)
        self._sizes[key] = size
        while self._bytes > self._limit_bytes:
            oldest, size = self._sizes.popitem(last=False)
            self._bytes -= size
            await self._cache.delete(oldest)

    async def add(self, key: str, value: bytes, seconds: float) -> bool:
        if await self._cache.exists(key):
            return False
        await self.set(key, value, seconds)
        return True

    async def replace(self, key: str, old: bytes, new: bytes, seconds: float) -> None:
        if await self.get((key,)) == [old]:
            await self.set(key, new, seconds)

    async def remove(self, *keys: str) -> None:
        for key in keys:
            self._bytes -= self._sizes.pop(key, 0)
            await self._cache.delete(key)

    async def raise_floors(
        self, keys: Sequence[str], nonce: str, position: Position, seconds: int
    ) -> None:
        for key, floor in zip(keys, await self.get(tuple(keys)), strict=True):
            if floor:
                await self.set(key, raised(floor, nonce, position), seconds)

    async def close(self) -> None:
        await self._cache.clear()
