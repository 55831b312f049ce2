"""A store whose commands can be held up before they are sent."""

from infra.cache.redis_store import RedisStore
from tests.model.cache_process import hold


class SlowStore(RedisStore):
    """Bytes in Redis, for reads that stop on their way."""

    async def set(self, key: str, value: bytes, seconds: float) -> None:
        await hold("set")
        await super().set(key, value, seconds)

    async def add(self, key: str, value: bytes, seconds: float) -> bool:
        await hold("add")
        return await super().add(key, value, seconds)

    async def replace(self, key: str, old: bytes, new: bytes, seconds: float) -> None:
        await hold("replace")
        await super().replace(key, old, new, seconds)

    async def remove(self, *keys: str) -> None:
        await hold("remove")
        await super().remove(*keys)
