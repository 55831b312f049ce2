"""The store of a deployment with several processes: Redis."""

from collections.abc import Awaitable, Sequence
from typing import Any

from aiocache import RedisCache
from aiocache.serializers import NullSerializer

from application.positions import Position
from infra.cache.lua import JOINED
from infra.cache.redis import RedisLink
from infra.cache.shared_reads import Keys, Values
from infra.database.positions import format_gtids

# gives each existing floor a new nonce, and joins its position with ARGV[2]; a pending floor
# stays pending
_RAISE = (
    JOINED
    + """
for _, key in ipairs(KEYS) do
  local floor = redis.call('GET', key)
  if floor then
    local position = string.match(floor, '|(.*)') or '?'
    if position ~= '?' then position = joined(position, ARGV[2]) end
    redis.call('SET', key, ARGV[1] .. '|' .. position, 'EX', ARGV[3])
  end
end
"""
)
_REPLACE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
"""


class RedisStore:
    """Stores bytes in Redis. Keys begin with the server's run id, so that keys which a restart
    restores from a snapshot are never read."""

    def __init__(self, redis: RedisLink) -> None:
        self._redis = redis
        self._cache: Any = RedisCache(serializer=NullSerializer(encoding=None), timeout=None)
        # the client that aiocache makes supports neither user names nor TLS
        self._cache.client = redis.client
        self._raise = redis.script(_RAISE)
        self._replace = redis.script(_REPLACE)

    @property
    def is_down(self) -> bool:
        return self._redis.is_down

    @property
    def prefix(self) -> str:
        run = self._redis.known_run_id
        return f"broadsheet:{run}:" if run else ""

    async def load_prefix(self) -> str:
        await self._redis.run_id()
        return self.prefix

    def get(self, keys: Keys) -> Awaitable[Values]:
        return self._redis.get(keys)

    async def set(self, key: str, value: bytes, seconds: float) -> None:
        await self._redis.guarded(lambda: self._cache.set(key, value, ttl=float(seconds)))

    async def add(self, key: str, value: bytes, seconds: float) -> bool:
        try:
            await self._redis.guarded(lambda: self._cache.add(key, value, ttl=float(seconds)))
        except ValueError:
            return False
        return True

    async def replace(self, key: str, old: bytes, new: bytes, seconds: float) -> None:
        await self._redis.do(self._replace, [key], old, new, int(seconds * 1000))

    async def remove(self, *keys: str) -> None:
        await self._redis.remove(*keys)

    async def raise_floors(
        self, keys: Sequence[str], nonce: str, position: Position, seconds: int
    ) -> None:
        await self._redis.do(self._raise, keys, nonce, format_gtids(position), seconds)
