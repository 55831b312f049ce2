"""Users' positions in Redis, where all processes find them."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar
from uuid import UUID

from cachetools import TTLCache

from application.positions import NOWHERE, Position
from infra.cache.backlog import Backlog
from infra.cache.lua import JOINED
from infra.cache.redis import RedisLink
from infra.cache.store import StoreUnavailable
from infra.database.positions import KEPT_SECONDS, format_gtids, stored_position

T = TypeVar("T")

_ATTEMPTS = 3
_PAUSE_SECONDS = 0.5
_JOIN = (
    JOINED
    + """
local kept = joined(redis.call('GET', KEYS[1]) or '', ARGV[1])
redis.call('SET', KEYS[1], kept, 'EX', ARGV[2])
"""
)


class PositionsInRedis:
    """Keeps each user's newest position for as long as a replica may lag.

    A position that is not there equals nothing: Redis may have forgotten it. Who misses one takes
    the primary's of that moment, which no write of before is beyond.
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
        # what Redis has not taken yet: until then only the primary will do for these users
        self._unkept: TTLCache[UUID, Position] = TTLCache(float("inf"), KEPT_SECONDS)
        self._sending: asyncio.Task[None] | None = None

    async def keep(self, user_id: UUID, position: Position) -> bool:
        position = position.joined(self._unkept.get(user_id, NOWHERE))
        self._unkept[user_id] = position
        if await self._is_kept(user_id, position):
            self._forget(user_id, position)
            return True
        self._send_later()
        return False

    async def of(self, user_id: UUID) -> Position | None:
        if self._backlog.exists or user_id in self._unkept:
            return None
        try:
            key, [kept] = await self._on_key(user_id, lambda key: self._redis.get((key,)))
            position = None if kept is None else _read(kept)
            return await self._taken(key, kept) if position is None else position
        except StoreUnavailable:
            return None

    async def close(self) -> None:
        """Send no more."""
        if self._sending:
            self._sending.cancel()

    async def _is_kept(self, user_id: UUID, position: Position) -> bool:
        """Try some times: single time-outs occur on a healthy server."""
        for _ in range(_ATTEMPTS):
            with suppress(StoreUnavailable):
                await self._keep(user_id, format_gtids(position))
                return True
        # one that takes nothing more can still forget: then others ask the primary
        with suppress(StoreUnavailable):
            await self._redis.remove(await self._key(user_id))
        return False

    def _send_later(self) -> None:
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send_unkept())

    async def _send_unkept(self) -> None:
        """Send what Redis has not taken until it has, or until it is of no use any more."""
        while self._unkept:
            await asyncio.sleep(_PAUSE_SECONDS)
            for user_id, position in list(self._unkept.items()):
                if await self._is_kept(user_id, position):
                    self._forget(user_id, position)

    def _forget(self, user_id: UUID, position: Position) -> None:
        # a newer one that was added meanwhile stays
        if self._unkept.get(user_id) == position:
            del self._unkept[user_id]

    async def _keep(self, user_id: UUID, gtids: str) -> None:
        await self._on_key(
            user_id, lambda key: self._redis.do(self._join, [key], gtids, KEPT_SECONDS)
        )

    async def _on_key(self, user_id: UUID, command: Callable[[str], Awaitable[T]]) -> tuple[str, T]:
        """Run a command on a user's key; again where its connection, made anew, found another run
        of the server. Gives the key and the answer."""
        while True:
            key = await self._key(user_id)
            answer = await command(key)
            if key == await self._key(user_id):
                return key, answer

    async def _taken(self, key: str, foreign: bytes | None) -> Position | None:
        self._redis.counts.missing_positions += 1
        if foreign is not None:
            await self._redis.remove(key)
        position = await self._of_primary()
        if position is not None:
            await self._redis.add(key, format_gtids(position), KEPT_SECONDS)
        return position

    async def _key(self, user_id: UUID) -> str:
        return f"broadsheet:{await self._redis.run()}:position:{user_id.hex}"


def _read(kept: bytes) -> Position | None:
    """Read a position; None for what is not one."""
    try:
        return stored_position(kept.decode())
    except ValueError:
        return None
