"""The cache: answers that stand on floors. A change raises the floors of its tags, and every answer
that stood on them is no longer given, whenever it comes back and from wherever."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from uuid import UUID

from application.caching import Answer, Asked, Outcome, Question
from application.positions import NOWHERE, Position
from application.views import Encoded
from infra.cache.backlog import Backlog
from infra.cache.counts import CacheCounts
from infra.cache.flights import Flights
from infra.cache.lease import Lease
from infra.cache.shelf import Seen, Shelf
from infra.cache.store import Store, StoreRefused, StoreUnavailable
from infra.cache.unsent import Unsent

Wanted = Callable[[], Awaitable[Position | None]]
Load = Callable[[Position | None], Awaitable[Answer]]

_PATIENCE_SECONDS = 1.0


@dataclass
class FloorCache:
    """Answers questions from a store, and fills it; one for a process."""

    store: Store
    position_of_primary: Callable[[], Awaitable[Position | None]]
    load_limit: int
    backlog: Backlog = field(default_factory=Backlog)
    counts: CacheCounts = field(default_factory=CacheCounts)

    def __post_init__(self) -> None:
        self._shelf = Shelf(self.store, self._place)
        self._flights = Flights()
        self._unsent = Unsent()
        self._loads = asyncio.Semaphore(self.load_limit)

    async def answer(
        self, tenant: UUID, question: Question, wanted: Wanted, load: Load
    ) -> tuple[Answer, Outcome]:
        """Answer a question at least as new as wanted, where None is what only the primary knows;
        the outcome says from where."""
        # before the look too: what is sent meanwhile may have been sent behind its back
        unsent = self._unsent.position_of(tenant, question.tags)
        is_passed_by = unsent is not None or self.backlog.exists
        seen = None if is_passed_by else await self._seen(tenant, question)
        position = await wanted()
        if unsent is None:
            unsent = self._unsent.position_of(tenant, question.tags)
        if seen is None or position is None or unsent is not None:
            self.counts.bypasses += 1
            newest = position if position is None else position.joined(unsent or NOWHERE)
            return await self._limited(load, newest), "BYPASS"
        if answer := seen.hit(position):
            self.counts.hits += 1
            return answer, "HIT"
        self.counts.misses += 1
        position = seen.ground.position.joined(position)
        if flight := self._flights.to_join((seen.key, seen.ground.name), position):
            self.counts.joins += 1
            return await flight, "MISS"
        fill = partial(self._filled, tenant, question, seen, position, load)
        return await self._flights.begun((seen.key, seen.ground.name), position, fill), "MISS"

    async def kept(self, asked: Asked) -> Encoded | None:
        """Give what a hit would give to somebody who wrote nothing; None for all else."""
        if self.backlog.exists or self._is_unsent(asked):
            return None
        seen = await self._seen(asked.tenant, asked.question)
        answer = seen.hit(NOWHERE) if seen else None
        if not isinstance(answer, Encoded) or self._is_unsent(asked):
            return None
        self.counts.hits += 1
        return answer

    def _is_unsent(self, asked: Asked) -> bool:
        return self._unsent.position_of(asked.tenant, asked.question.tags) is not None

    async def invalidate(self, tenant: UUID, tags: Iterable[str], position: Position) -> bool:
        """Raise the floors of tags; False where the store did not take it, and then this process
        keeps nothing that carries them until it has."""
        touched = sorted(tags)
        try:
            await self._send(tenant, touched, position)
        except StoreUnavailable:
            self._unsent.add(tenant, touched, position)
            return False
        self._unsent.sent(tenant, touched, position)
        return True

    async def send_unsent(self) -> None:
        """Try once more what the store did not take."""
        for tenant, tags in self._unsent.tags().items():
            position = self._unsent.position_of(tenant, tags) or NOWHERE
            if not await self.invalidate(tenant, tags, position):
                return

    async def _send(self, tenant: UUID, tags: list[str], position: Position) -> None:
        """Try for a while: single time-outs occur on a healthy server."""
        until = monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return await self._shelf.raise_floors(tenant, tags, position)
            except StoreUnavailable as error:
                self.counts.failures += 1
                is_final = self.store.is_down or isinstance(error, StoreRefused)
                if is_final or monotonic() > until:
                    raise

    async def _seen(self, tenant: UUID, question: Question) -> Seen | None:
        try:
            return await self._shelf.look(tenant, question)
        except StoreUnavailable:
            self.counts.failures += 1
            return None

    async def _filled(
        self, tenant: UUID, question: Question, seen: Seen, position: Position, load: Load
    ) -> Answer:
        async def look() -> Answer | None:
            now = await self._seen(tenant, question)
            return now.hit(position) if now else None

        lease = Lease(self.store, seen, position)
        try:
            with suppress(StoreUnavailable):
                if answer := await lease.taken_or(look):
                    return answer
            answer = await self._limited(load, position)
            with suppress(StoreUnavailable):
                await self._shelf.keep(seen, answer, position, question.ttl)
            return answer
        finally:
            with suppress(StoreUnavailable):
                await lease.give_back()

    async def _place(self) -> Position | None:
        # each floor that is not there asks for one: a crowd of them is a load as well
        async with self._loads:
            return await self.position_of_primary()

    async def _limited(self, load: Load, position: Position | None) -> Answer:
        async with self._loads:
            self.counts.loads += 1
            return await load(position)
