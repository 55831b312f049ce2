"""A process that asks its cache, and calls that can be held up on their way."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from functools import partial
from typing import Literal, Protocol
from uuid import UUID

from application.caching import Answer, CachedCall, Outcome, Required, TenantCall
from application.positions import Position
from infra.cache.counts import CacheCounts
from infra.cache.floors import FloorCache, Load
from infra.cache.redis import RedisLink
from tests.model.cache_model import ModelDatabase, Versions, position_at

Halt = Literal["add", "replace", "set", "remove", "primary", "load"]
"""Where a read is held up: before a command to the store, or once the database has answered."""
OF_LAYING = ("add", "replace", "primary")


class Cache(Protocol):
    """What FloorCache has, and each faulty one."""

    counts: CacheCounts

    async def get_or_load(
        self, tenant: UUID, call: CachedCall, wanted: Required, load: Load
    ) -> tuple[Answer, Outcome]: ...

    async def lookup(self, tenant_call: TenantCall, required: Required | None) -> Answer | None: ...

    async def lookup_both(
        self, tenant_call: TenantCall, other: CachedCall, required: Required | None
    ) -> tuple[Answer, Answer] | None: ...

    async def invalidate(self, tenant: UUID, tags: Iterable[str], position: Position) -> bool: ...


Where = Callable[[], Awaitable[Position]]
NewCache = Callable[[RedisLink, Where], Cache]


class Process:
    """One of several that share a Redis and a database."""

    def __init__(self, url: str, database: ModelDatabase, new_cache: NewCache) -> None:
        self.database = database
        self.link = RedisLink(url)
        # a busy machine must not make another history of the same one
        self.link.client.connection_pool.connection_kwargs["socket_timeout"] = 5
        self.cache = new_cache(self.link, self._where)
        self.held_initialising = 0

    async def _where(self) -> Position:
        position = position_at(self.database.newest)
        await hold("primary")
        return position


class Read:
    """A call of one caller, with its overlay or without: what they may expect of the answers, and
    how far it has got."""

    def __init__(
        self,
        process: Process,
        calls: tuple[CachedCall, ...],
        wanted: int | None,
        least: Versions,
        halt: Halt | None,
    ) -> None:
        self.calls = calls
        self.wanted = wanted or 0
        self._is_anonymous = wanted is None
        self.least = least
        self._process = process
        self._halt = halt
        self._is_held = self._has_joined = False
        self._go_on = asyncio.Event()

    async def begin(self, tenant: UUID) -> None:
        """Ask; return once the answer is there or has to be waited for."""
        self.task = asyncio.create_task(self._answered(tenant))
        await self._settled()

    async def go_on(self) -> None:
        """Be held up no more; return as `begin` does: the answer may be another's load."""
        self._go_on.set()
        self._is_held = False
        await self._settled()

    async def held(self, at: Halt) -> None:
        if at == self._halt and not self._go_on.is_set():
            self._is_held = True
            self._process.held_initialising += at in OF_LAYING
            await self._go_on.wait()
            self._process.held_initialising -= at in OF_LAYING

    async def _answered(self, tenant: UUID) -> list[tuple[Answer, Outcome]]:
        _reading.set(self)  # for the tasks too that the cache begins for it
        # as the front does, before it passes on to the framework
        if found := await self._found(tenant):
            return [(answer, "HIT") for answer in found]
        return [
            await self._process.cache.get_or_load(
                tenant, call, self._expected, partial(self._load, call)
            )
            for call in self.calls
        ]

    async def _found(self, tenant: UUID) -> tuple[Answer, ...] | None:
        required = None if self._is_anonymous else self._expected
        shared, own = self.calls[0], self.calls[1:]
        tenant_call = TenantCall(tenant, shared)
        if own:
            return await self._process.cache.lookup_both(tenant_call, own[0], required)
        answer = await self._process.cache.lookup(tenant_call, required)
        return (answer,) if answer else None

    async def _expected(self) -> Position:
        return position_at(self.wanted)

    async def _load(self, call: CachedCall, position: Position | None) -> Answer:
        assert position is not None
        answer = self._process.database.load(call, position)
        await hold("load")
        return answer

    async def _settled(self) -> None:
        joins = self._process.cache.counts.joins
        while not (self.task.done() or self._is_held or self._has_joined):
            await asyncio.sleep(0)
            self._has_joined = self._process.cache.counts.joins > joins or self._waits_for_floors()

    def _waits_for_floors(self) -> bool:
        """Whether another read, which is held up, lays the floors that this one misses."""
        cache = self._process.cache
        if not isinstance(cache, FloorCache) or self._process.held_initialising == 0:
            return False
        missed = [[f":floor:{tag}" for tag in call.tags] for call in self.calls]
        return any(
            [key[key.index(":floor:") :] for key in keys] in missed
            for keys in cache._entries._initialising
        )


_reading: ContextVar[Read | None] = ContextVar("_reading", default=None)


async def hold(at: Halt) -> None:
    """Hold up whoever reads, where they are to be held up here."""
    if read := _reading.get():
        await read.held(at)
