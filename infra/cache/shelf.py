"""The shelf: where entries and floors stand in the store, under keys that a restart changes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from application.caching import Answer, Question
from application.positions import Position
from infra.cache.entry import Kept, entry, kept_in
from infra.cache.floor import Ground, ground, is_floor, is_placed, new_nonce, placed, unplaced
from infra.cache.keys import Keys, floor_keys, keys_of
from infra.cache.shared_reads import Values
from infra.cache.store import Store, StoreRefused

RAISED_SECONDS = 3600


class Seen(NamedTuple):
    """What a reader saw: where the answer stands, the ground under it, and what is kept on that."""

    key: str
    ground: Ground
    kept: Kept | None

    def hit(self, wanted: Position) -> Answer | None:
        """Give the answer where it is as new as wanted."""
        if self.kept is None or not self.kept.position.reaches(wanted):
            return None
        return self.kept.answer


class _LastRead:
    """Takes apart what was found; those who shared a read come one after the other."""

    def __init__(self) -> None:
        self._found: Values = ()
        self._seen: Seen | None = None

    def seen(self, keys: Keys, found: Values) -> Seen | None:
        """Give what a reader saw; None where a floor is not there, or not placed."""
        if found is not self._found:
            under = ground(tuple(found[1:]))
            kept = kept_in(found[0], under.name) if under else None
            self._found = found
            self._seen = Seen(keys.value, under, kept) if under else None
        return self._seen


@dataclass(frozen=True, slots=True)
class Shelf:
    """Looks at entries and floors together, and raises floors. All raise StoreUnavailable."""

    store: Store
    position_of_primary: Callable[[], Awaitable[Position | None]]
    _laying: dict[tuple[str, ...], asyncio.Task[None]] = field(default_factory=dict)
    _read: _LastRead = field(default_factory=_LastRead)

    async def look(self, tenant: UUID, question: Question) -> Seen | None:
        """Give what is there; None where a floor is not and nobody knows where to lay it."""
        keys, found = await self._found(tenant, question)
        if seen := self._read.seen(keys, found):
            return seen
        await self._laid(keys.floors, found[1:], 2 * question.ttl)
        return self._read.seen(*await self._found(tenant, question))

    async def _found(self, tenant: UUID, question: Question) -> tuple[Keys, Values]:
        while True:
            prefix = self.store.prefix or await self.store.meet()
            keys = keys_of(prefix, tenant, question)
            found = await self.store.get(keys.all)
            # a connection that was made anew may have found what a snapshot brought back
            if self.store.prefix == prefix:
                return keys, found

    async def keep(self, seen: Seen, answer: Answer, position: Position, ttl: float) -> None:
        """Keep an answer, on the floors that were seen before it was loaded."""
        await self.store.set(seen.key, entry(answer, seen.ground.name, position), ttl)

    async def raise_floors(self, tenant: UUID, tags: Iterable[str], position: Position) -> None:
        """Make old what stands on the floors of tags."""
        while True:
            prefix = self.store.prefix or await self.store.meet()
            await self._raise(floor_keys(prefix, tenant, tags), position)
            # a connection that was made anew may have found another run of the server
            if self.store.prefix == prefix:
                return

    async def _raise(self, keys: Sequence[str], position: Position) -> None:
        try:
            await self.store.raise_floors(keys, new_nonce(), position, RAISED_SECONDS)
        except StoreRefused:
            # one that takes nothing more can still forget: who misses a floor lays it anew
            await self.store.remove(*keys)

    async def _laid(
        self, keys: tuple[str, ...], floors: Sequence[bytes | None], seconds: float
    ) -> None:
        """Lay the floors that are not there, once for all who miss them."""
        if keys not in self._laying:
            task = asyncio.create_task(self._lay(keys, floors, seconds))
            self._laying[keys] = task
            task.add_done_callback(lambda task: self._has_laid(keys, task))
        await asyncio.shield(self._laying[keys])

    async def _lay(
        self, keys: Sequence[str], floors: Sequence[bytes | None], seconds: float
    ) -> None:
        """Lay floors, and then place them where the primary is: what the store forgot is below,
        and a change that comes between gives the floor another nonce."""
        for key, floor in zip(keys, floors, strict=True):
            if floor is None:
                await self.store.add(key, unplaced(), seconds)
            elif not is_floor(floor):
                await self.store.replace(key, floor, unplaced(), seconds)
        laid = await self.store.get(tuple(keys))
        position = await self.position_of_primary()
        if position is None:
            return
        for key, floor in zip(keys, laid, strict=True):
            if floor and not is_placed(floor):
                await self.store.replace(key, floor, placed(floor, position), seconds)

    def _has_laid(self, keys: tuple[str, ...], task: asyncio.Task[None]) -> None:
        del self._laying[keys]
        if not task.cancelled():
            task.exception()  # told to whoever waits; nobody may
