"""The shelf: where entries and floors stand in the store, under keys that a restart changes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from uuid import UUID

from application.caching import Answer, Question
from application.positions import Position
from infra.cache.entry import Entry
from infra.cache.floor import Floor, is_floor, is_placed, name_of, new_nonce, placed, unplaced
from infra.cache.store import Store, StoreRefused

RAISED_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader saw: where the answer stands, the floors of its tags, and the entry."""

    key: str
    floors: Sequence[Floor]
    entry: Entry | None

    @property
    def name(self) -> bytes:
        return name_of(self.floors)

    def hit(self, wanted: Position) -> Answer | None:
        """Give the answer where it stands on these floors and is as new as wanted."""
        entry = self.entry
        if entry is None or entry.floors != self.name or not entry.position.reaches(wanted):
            return None
        return entry.answer


@dataclass(frozen=True, slots=True)
class _Found:
    """What stood under the keys of a question, whatever it is."""

    key: str
    floor_keys: tuple[str, ...]
    value: bytes | None
    floors: Sequence[bytes | None]

    @property
    def stands(self) -> bool:
        return all(map(is_placed, self.floors))

    def seen(self) -> Seen:
        return Seen(self.key, [Floor.read(f) for f in self.floors if f], Entry.read(self.value))


@dataclass(frozen=True, slots=True)
class Shelf:
    """Looks at entries and floors together, and raises floors. All raise StoreUnavailable."""

    store: Store
    position_of_primary: Callable[[], Awaitable[Position | None]]
    _laying: dict[tuple[str, ...], asyncio.Task[None]] = field(default_factory=dict)

    async def look(self, tenant: UUID, question: Question) -> Seen | None:
        """Give what is there; None where a floor is not and nobody knows where to lay it."""
        found = await self._found(tenant, question)
        if not found.stands:
            await self._laid(found.floor_keys, found.floors, 2 * question.ttl)
            found = await self._found(tenant, question)
        return found.seen() if found.stands else None

    async def _found(self, tenant: UUID, question: Question) -> _Found:
        prefix, found = None, _Found("", (), None, ())
        # a connection that was made anew may have found what a snapshot brought back
        while prefix != await self.store.prefix():
            prefix = await self.store.prefix()
            key = _value_key(prefix, tenant, question)
            floor_keys = _floor_keys(prefix, tenant, question.tags)
            value, *floors = await self.store.get([key, *floor_keys])
            found = _Found(key, floor_keys, value, floors)
        return found

    async def keep(self, seen: Seen, answer: Answer, position: Position, ttl: float) -> None:
        """Keep an answer, on the floors that were seen before it was loaded."""
        await self.store.set(seen.key, Entry(answer, seen.name, position).written(), ttl)

    async def raise_floors(self, tenant: UUID, tags: Iterable[str], position: Position) -> None:
        """Make old what stands on the floors of tags."""
        prefix = None
        # a connection that was made anew may have found another run of the server
        while prefix != await self.store.prefix():
            prefix = await self.store.prefix()
            await self._raise(_floor_keys(prefix, tenant, tags), position)

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
        laid = await self.store.get(keys)
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


def _value_key(prefix: str, tenant: UUID, question: Question) -> str:
    arguments = blake2b(question.arguments.encode(), digest_size=16).hexdigest()
    return f"{prefix}{{{tenant.hex}}}:{question.name}:{arguments}"


def _floor_keys(prefix: str, tenant: UUID, tags: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{prefix}{{{tenant.hex}}}:floor:{tag}" for tag in tags)
