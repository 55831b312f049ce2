"""The Redis that all processes share: every wait has an end, and failures are soon told."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Any, TypeVar, cast

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.connection import Connection
from redis.backoff import NoBackoff
from redis.commands.core import AsyncScript
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

from infra.cache.breaker import Breaker
from infra.cache.counts import RedisCounts
from infra.cache.shared_reads import Keys, SharedReads, Values
from infra.cache.store import StoreRefused, StoreUnavailable

_CONNECTIONS = 8
_ANSWER_SECONDS = 0.05  # the client's own waits for up to a minute

T = TypeVar("T")


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
        self.client: Redis = Redis.from_pool(pool)
        self._breaker = Breaker()
        # a crowd that opens its connections all at once runs out of time
        self._places = asyncio.Semaphore(_CONNECTIONS)
        self._reads = SharedReads(self._read)
        self.known_run = ""
        self._greeting = asyncio.Lock()
        self.counts = RedisCounts()

    @property
    def is_down(self) -> bool:
        return self._breaker.is_open

    def script(self, text: str) -> AsyncScript:
        return self.client.register_script(text)

    async def run(self) -> str:
        """Give the name of the server's run; raises StoreUnavailable."""
        if not self.known_run:
            # one for the crowd that comes first
            async with self._greeting:
                if not self.known_run:
                    await self.guarded(self.client.ping)
        return self.known_run

    async def answers(self) -> bool:
        """Tell whether Redis answers now."""
        try:
            await self.guarded(self.client.ping)
        except StoreUnavailable:
            return False
        return True

    def get(self, keys: Keys) -> Awaitable[Values]:
        """Give values, with those that others ask for now; raises StoreUnavailable."""
        return self._reads.get(keys)

    async def add(self, key: str, value: str, seconds: int) -> None:
        """Set a key that is not there; raises StoreUnavailable."""
        await self.guarded(lambda: self.client.set(key, value, ex=seconds, nx=True))

    async def remove(self, *keys: str) -> None:
        """Delete keys; raises StoreUnavailable."""
        await self.guarded(lambda: self.client.delete(*keys))

    async def do(self, script: AsyncScript, keys: Sequence[str], *values: str | bytes | int) -> Any:
        """Run a script; raises StoreUnavailable."""
        return await self.guarded(lambda: script(keys=keys, args=values))

    async def close(self) -> None:
        await self.client.aclose()

    async def _read(self, keys: Sequence[str]) -> Values:
        return cast(Values, await self.guarded(lambda: self.client.mget(keys)))

    async def guarded(self, command: Callable[[], Awaitable[T]]) -> T:
        """Run a command of the client; raises StoreUnavailable."""
        async with self._places:
            if not self._breaker.lets_try():
                raise StoreUnavailable("Redis is down.")
            began = monotonic()
            try:
                answer = await command()
            except ResponseError as error:
                # it answers, so it is not down
                self._breaker.succeeded()
                self.counts.failures += 1
                raise StoreRefused(f"Redis: {error}") from error
            except (RedisError, OSError) as error:
                self._breaker.failed(began)
                self.counts.failures += 1
                raise StoreUnavailable(f"Redis: {error}") from error
            self._breaker.succeeded()
            return answer

    async def _greet(self, connection: Connection) -> None:
        await connection.on_connect()
        await connection.send_command("INFO", "server")
        said = await connection.read_response()
        lines = (said.decode() if isinstance(said, bytes) else str(said)).splitlines()
        self.known_run = next(line for line in lines if line.startswith("run_id:")).partition(":")[
            2
        ]
