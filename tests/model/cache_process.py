"""A process that asks its cache, and questions that can be held up on their way."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from typing import Literal, Protocol
from uuid import UUID

from application.caching import Answer, Asked, Outcome, Question
from application.positions import Position
from infra.cache.counts import CacheCounts
from infra.cache.floors import FloorCache, Load, Wanted
from infra.cache.redis import RedisLink
from tests.model.cache_model import ModelDatabase, Versions, position_at

Halt = Literal["add", "replace", "set", "remove", "primary", "load"]
"""Where a read is held up: before a command to the store, or once the database has answered."""
OF_LAYING = ("add", "replace", "primary")


class Cache(Protocol):
    """What FloorCache has, and each faulty one."""

    counts: CacheCounts

    async def answer(
        self, tenant: UUID, question: Question, wanted: Wanted, load: Load
    ) -> tuple[Answer, Outcome]: ...

    async def kept(self, asked: Asked) -> Answer | None: ...

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
        self.held_laying = 0

    async def _where(self) -> Position:
        position = position_at(self.database.newest)
        await hold("primary")
        return position


class Read:
    """A question of one caller: what they may expect of the answer, and how far it has got."""

    def __init__(
        self,
        process: Process,
        question: Question,
        wanted: int | None,
        least: Versions,
        halt: Halt | None,
    ) -> None:
        self.question = question
        self.wanted = wanted or 0
        self._is_of_nobody = wanted is None
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
            self._process.held_laying += at in OF_LAYING
            await self._go_on.wait()
            self._process.held_laying -= at in OF_LAYING

    async def _answered(self, tenant: UUID) -> tuple[Answer, Outcome]:
        _reading.set(self)  # for the tasks too that the cache begins for it
        if self._is_of_nobody:
            # as the front does, before it wakes the framework
            asked = Asked(tenant, self.question)
            if kept := await self._process.cache.kept(asked):
                return kept, "HIT"
        return await self._process.cache.answer(tenant, self.question, self._expected, self._load)

    async def _expected(self) -> Position:
        return position_at(self.wanted)

    async def _load(self, position: Position | None) -> Answer:
        assert position is not None
        answer = self._process.database.load(self.question, position)
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
        if not isinstance(cache, FloorCache) or self._process.held_laying == 0:
            return False
        missed = [f":floor:{tag}" for tag in self.question.tags]
        return any(
            [key[key.index(":floor:") :] for key in keys] == missed for keys in cache._shelf._laying
        )


_reading: ContextVar[Read | None] = ContextVar("_reading", default=None)


async def hold(at: Halt) -> None:
    """Hold up whoever reads, where they are to be held up here."""
    if read := _reading.get():
        await read.held(at)
