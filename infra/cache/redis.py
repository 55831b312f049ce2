"""The Redis that all processes share: every wait has an end, and failures are soon told."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Any, TypeVar, cast

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.connection import Connection
from redis.backoff import NoBackoff
from redis.commands.core import AsyncScript
from redis.exceptions import RedisError
from redis.retry import Retry

from infra.cache.breaker import Breaker
from infra.cache.counts import RedisCounts
from infra.cache.shared_reads import SharedReads, Values

_CONNECTIONS = 8
_ANSWER_SECONDS = 0.05  # the client's own waits for up to a minute

T = TypeVar("T")


class RedisUnavailable(Exception):
    """Redis did not answer, or refused; or it failed so often that nobody asked."""


class RedisLink:
    """Commands to one Redis. Keys are told apart by the run of the server: what a restart brings
    back from a snapshot has another run's name."""

    def __init__(self, url: str) -> None:
        pool = ConnectionPool.from_url(
            url,
            socket_timeout=_ANSWER_SECONDS,
            socket_connect_timeout=_ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
            redis_connect_func=self._greet,
        )
        self._client: Redis = Redis.from_pool(pool)
        self._breaker = Breaker()
        # a crowd that opens its connections all at once runs out of time
        self._places = asyncio.Semaphore(_CONNECTIONS)
        self._reads = SharedReads(self._read)
        self._run = ""
        self.counts = RedisCounts()

    @property
    def is_down(self) -> bool:
        return self._breaker.is_open

    def script(self, text: str) -> AsyncScript:
        return self._client.register_script(text)

    async def run(self) -> str:
        """Give the name of the server's run; raises RedisUnavailable."""
        if not self._run:
            await self._guarded(self._client.ping)
        return self._run

    async def answers(self) -> bool:
        """Tell whether Redis answers now."""
        try:
            await self._guarded(self._client.ping)
        except RedisUnavailable:
            return False
        return True

    async def get(self, keys: Sequence[str]) -> Values:
        """Give values, with those that others ask for now; raises RedisUnavailable."""
        return await self._reads.get(keys)

    async def add(self, key: str, value: str, seconds: int) -> None:
        """Set a key that is not there; raises RedisUnavailable."""
        await self._guarded(lambda: self._client.set(key, value, ex=seconds, nx=True))

    async def remove(self, key: str) -> None:
        """Delete a key; raises RedisUnavailable."""
        await self._guarded(lambda: self._client.delete(key))

    async def do(self, script: AsyncScript, keys: Sequence[str], *values: str | int) -> Any:
        """Run a script; raises RedisUnavailable."""
        return await self._guarded(lambda: script(keys=keys, args=values))

    async def close(self) -> None:
        await self._client.aclose()

    async def _read(self, keys: Sequence[str]) -> Values:
        return cast(Values, await self._guarded(lambda: self._client.mget(keys)))

    async def _guarded(self, command: Callable[[], Awaitable[T]]) -> T:
        async with self._places:
            if not self._breaker.lets_try():
                raise RedisUnavailable("Redis is down.")
            began = monotonic()
            try:
                answer = await command()
            except (RedisError, OSError) as error:
                self._breaker.failed(began)
                self.counts.failures += 1
                raise RedisUnavailable(f"Redis: {error}") from error
            self._breaker.succeeded()
            return answer

    async def _greet(self, connection: Connection) -> None:
        await connection.on_connect()
        await connection.send_command("INFO", "server")
        said = await connection.read_response()
        lines = (said.decode() if isinstance(said, bytes) else str(said)).splitlines()
        self._run = next(line for line in lines if line.startswith("run_id:")).partition(":")[2]
