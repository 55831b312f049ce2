"""The connection to Redis: every command has a timeout, and a circuit breaker."""

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
_ANSWER_SECONDS = 0.05  # the client's default is up to a minute

T = TypeVar("T")


class RedisLink:
    """Sends commands to one Redis, and stores its run id. Callers put the id into their keys, so
    that keys which a restart restores from a snapshot are never read."""

    def __init__(self, url: str, answer_seconds: float = _ANSWER_SECONDS) -> None:
        pool = ConnectionPool.from_url(
            url,
            socket_timeout=answer_seconds,
            socket_connect_timeout=answer_seconds,
            retry=Retry(NoBackoff(), 0),
            redis_connect_func=self._note_run,
        )
        self.client: Redis = Redis.from_pool(pool)
        self._breaker = Breaker()
        # many connections that open at once would exceed the timeout
        self._slots = asyncio.Semaphore(_CONNECTIONS)
        self._reads = SharedReads(self._read)
        self.known_run_id = ""
        self._run_id_lock = asyncio.Lock()
        self.counts = RedisCounts()

    @property
    def is_down(self) -> bool:
        return self._breaker.is_open

    def script(self, text: str) -> AsyncScript:
        return self.client.register_script(text)

    async def run_id(self) -> str:
        """Return the id of the server's run; raises StoreUnavailable."""
        if not self.known_run_id:
            # one request for all callers that wait for it
            async with self._run_id_lock:
                if not self.known_run_id:
                    await self.guarded(self.client.ping)
        return self.known_run_id

    async def answers(self) -> bool:
        """Return whether Redis answers now."""
        try:
            await self.guarded(self.client.ping)
        except StoreUnavailable:
            return False
        return True

    def get(self, keys: Keys) -> Awaitable[Values]:
        """Return values, in one read with those of other callers; raises StoreUnavailable."""
        return self._reads.get(keys)

    async def add(self, key: str, value: str, seconds: int) -> None:
        """Set a key that does not exist; raises StoreUnavailable."""
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
        async with self._slots:
            if not self._breaker.allows_attempt():
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

    async def _note_run(self, connection: Connection) -> None:
        await connection.on_connect()
        await connection.send_command("INFO", "server")
        said = await connection.read_response()
        lines = (said.decode() if isinstance(said, bytes) else str(said)).splitlines()
        self.known_run_id = next(line for line in lines if line.startswith("run_id:")).partition(
            ":"
        )[2]
