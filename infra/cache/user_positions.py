"""Users' positions in Redis, which all processes share."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID

from cachetools import TTLCache

from application.positions import NOWHERE, Position
from application.started import Started
from infra.cache.backlog import Backlog
from infra.cache.lua import JOINED
from infra.cache.redis import RedisLink
from infra.cache.shared_reads import Values
from infra.cache.store import StoreUnavailable
from infra.database.positions import POSITION_SECONDS, format_gtids, stored_position

_ATTEMPTS = 3
_PAUSE_SECONDS = 0.5
_JOIN = (
    JOINED
    + """
local kept = joined(redis.call('GET', KEYS[1]) or '', ARGV[1])
redis.call('SET', KEYS[1], kept, 'EX', ARGV[2])
"""
)


class RedisUserPositions:
    """Stores each user's newest position for as long as a replica may lag.

    A missing key does not mean an empty position, as Redis may have lost it: it is replaced
    by the primary's present position, which includes all writes until then.
    """

    def __init__(
        self,
        redis: RedisLink,
        of_primary: Callable[[], Awaitable[Position | None]],
        backlog: Backlog,
    ) -> None:
        self._backlog = backlog
        self._redis = redis
        self._of_primary = of_primary
        self._join = redis.script(_JOIN)
        # positions that Redis has not accepted yet: until then these users read from the primary
        self._unsent: TTLCache[UUID, Position] = TTLCache(float("inf"), POSITION_SECONDS)
        self._sending: asyncio.Task[None] | None = None

    async def store(self, user_id: UUID, position: Position) -> bool:
        position = position.joined(self._unsent.get(user_id, NOWHERE))
        self._unsent[user_id] = position
        if await self._try_store(user_id, position):
            self._forget(user_id, position)
            return True
        self._send_later()
        return False

    def get(self, user_id: UUID) -> Awaitable[Position | None]:
        run_id = self._redis.known_run_id
        if not run_id or self._backlog.exists or user_id in self._unsent:
            return Started(lambda: self._get(user_id))
        key = _key(run_id, user_id)
        reading = self._redis.get((key,))
        return Started(lambda: self._read(user_id, key, reading))

    async def _get(self, user_id: UUID) -> Position | None:
        if self._backlog.exists or user_id in self._unsent:
            return None
        try:
            key = await self._key(user_id)
            return await self._read(user_id, key, self._redis.get((key,)))
        except StoreUnavailable:
            return None

    async def _read(self, user_id: UUID, key: str, reading: Awaitable[Values]) -> Position | None:
        try:
            [kept] = await reading
            if key != _key(self._redis.known_run_id, user_id):
                # the server restarted meanwhile
                return await self._get(user_id)
            position = None if kept is None else _decoded(kept)
            return await self._initialise_from_primary(key, kept) if position is None else position
        except StoreUnavailable:
            return None

    async def close(self) -> None:
        """Stop sending."""
        if self._sending:
            self._sending.cancel()

    async def _try_store(self, user_id: UUID, position: Position) -> bool:
        """Try several times: single time-outs occur on a healthy server."""
        for _ in range(_ATTEMPTS):
            with suppress(StoreUnavailable):
                await self._store(user_id, format_gtids(position))
                return True
        # a full Redis accepts deletions; other processes then ask the primary for its position
        with suppress(StoreUnavailable):
            await self._redis.remove(await self._key(user_id))
        return False

    def _send_later(self) -> None:
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send_unsent())

    async def _send_unsent(self) -> None:
        """Send positions until Redis has accepted them, or they have expired."""
        while self._unsent:
            await asyncio.sleep(_PAUSE_SECONDS)
            for user_id, position in list(self._unsent.items()):
                if await self._try_store(user_id, position):
                    self._forget(user_id, position)

    def _forget(self, user_id: UUID, position: Position) -> None:
        # not a newer one that was added meanwhile
        if self._unsent.get(user_id) == position:
            del self._unsent[user_id]

    async def _store(self, user_id: UUID, gtids: str) -> None:
        key = ""
        # repeated if the server restarted meanwhile, which changes the key
        while key != (present := await self._key(user_id)):
            key = present
            await self._redis.do(self._join, [key], gtids, POSITION_SECONDS)

    async def _initialise_from_primary(self, key: str, foreign: bytes | None) -> Position | None:
        self._redis.counts.missing_positions += 1
        if foreign is not None:
            await self._redis.remove(key)
        position = await self._of_primary()
        if position is not None:
            await self._redis.add(key, format_gtids(position), POSITION_SECONDS)
        return position

    async def _key(self, user_id: UUID) -> str:
        return _key(await self._redis.run_id(), user_id)


def _key(run_id: str, user_id: UUID) -> str:
    return f"broadsheet:{run_id}:position:{user_id.hex}"


def _decoded(kept: bytes) -> Position | None:
    """Decode a position; None for another value."""
    try:
        return stored_position(kept.decode())
    except ValueError:
        return None
