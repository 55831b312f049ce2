"""Entries and floors in the store; its key prefix changes when its server restarts."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from application.caching import Answer, CachedCall
from application.positions import Position
from infra.cache.entry import Entry, decode_entry, encode_entry
from infra.cache.floor import (
    FloorSet,
    floor_set,
    initialised,
    is_floor,
    is_initialised,
    new_nonce,
    pending_floor,
)
from infra.cache.keys import Keys, floor_keys, keys_of
from infra.cache.quota import Quota
from infra.cache.shared_reads import Values
from infra.cache.store import Store, StoreRefused

RAISED_SECONDS = 3600
_LARGE = 262_144  # bytes; a larger entry is stored only on its second load within its ttl


class Lookup(NamedTuple):
    """The result of a lookup: the entry's key, the present floors of its tags, and the entry where
    it is valid on them."""

    key: str
    floors: FloorSet
    entry: Entry | None

    def hit(self, required: Position) -> Answer | None:
        """Return the answer where it has reached the required position."""
        if self.entry is None or not self.entry.position.reaches(required):
            return None
        return self.entry.answer


class _LastRead:
    """Memoizes the decoded result of the last read, for all callers that shared it."""

    def __init__(self) -> None:
        self._values: Values = ()
        self._lookup: Lookup | None = None

    def lookup(self, keys: Keys, values: Values) -> Lookup | None:
        """Decode an entry and its floors; None where a floor is missing or pending."""
        if values is not self._values:
            floors = floor_set(tuple(values[1:]))
            entry = decode_entry(values[0], floors.digest) if floors else None
            self._values = values
            self._lookup = Lookup(keys.entry, floors, entry) if floors else None
        return self._lookup


@dataclass(frozen=True, slots=True)
class EntryStore:
    """Reads entries together with their floors, and raises floors.

    All methods may raise StoreUnavailable.
    """

    store: Store
    position_of_primary: Callable[[], Awaitable[Position | None]]
    quota: Quota = field(default_factory=Quota)
    _initialising: dict[tuple[str, ...], asyncio.Task[None]] = field(default_factory=dict)
    _last_read: _LastRead = field(default_factory=_LastRead)

    async def lookup(self, tenant: UUID, call: CachedCall) -> Lookup | None:
        """Look an entry up; None where a floor is missing and the primary's position is unknown."""
        keys, values = await self._read(tenant, call)
        if lookup := self._last_read.lookup(keys, values):
            return lookup
        await self._initialise_once(keys.floors, values[1:], 2 * call.ttl)
        return self._last_read.lookup(*await self._read(tenant, call))

    async def _read(self, tenant: UUID, call: CachedCall) -> tuple[Keys, Values]:
        while True:
            prefix = self.store.prefix or await self.store.load_prefix()
            keys = keys_of(prefix, tenant, call)
            values = await self.store.get(keys.all)
            # a reconnection during the read changes the prefix if the server has restarted
            if self.store.prefix == prefix:
                return keys, values

    async def put(
        self, tenant: UUID, lookup: Lookup, answer: Answer, position: Position, ttl: float
    ) -> None:
        """Store an answer with the floors that were read before its load; a large one only on its
        second load, and none beyond the tenant's quota."""
        value = encode_entry(answer, lookup.floors.digest, position)
        if len(value) > _LARGE and await self._is_first_load(lookup.key, ttl):
            return
        if self.quota.has_room(tenant, len(value)):
            await self.store.set(lookup.key, value, ttl)

    async def _is_first_load(self, key: str, ttl: float) -> bool:
        return await self.store.add(f"{key}:large", b"1", ttl)

    async def raise_floors(self, tenant: UUID, tags: Iterable[str], position: Position) -> None:
        """Replace the floors of tags, which invalidates all entries loaded on the former ones."""
        while True:
            prefix = self.store.prefix or await self.store.load_prefix()
            await self._raise(floor_keys(prefix, tenant, tags), position)
            # repeated under the new keys if the server has restarted meanwhile
            if self.store.prefix == prefix:
                return

    async def _raise(self, keys: Sequence[str], position: Position) -> None:
        try:
            await self.store.raise_floors(keys, new_nonce(), position, RAISED_SECONDS)
        except StoreRefused:
            # a full store refuses writes, not deletions; a missing floor is initialised anew
            await self.store.remove(*keys)

    async def _initialise_once(
        self, keys: tuple[str, ...], floors: Sequence[bytes | None], seconds: float
    ) -> None:
        """Initialise missing floors, once for all callers of this process that miss them."""
        if keys not in self._initialising:
            task = asyncio.create_task(self._initialise(keys, floors, seconds))
            self._initialising[keys] = task
            task.add_done_callback(lambda task: self._end_initialising(keys, task))
        await asyncio.shield(self._initialising[keys])

    async def _initialise(
        self, keys: Sequence[str], floors: Sequence[bytes | None], seconds: float
    ) -> None:
        """Create pending floors, then give them the primary's position.

        That position includes all changes that the store has lost; a change between the two steps
        replaces the floor's nonce, so that the second step does not overwrite it.
        """
        for key, floor in zip(keys, floors, strict=True):
            if floor is None:
                await self.store.add(key, pending_floor(), seconds)
            elif not is_floor(floor):
                await self.store.replace(key, floor, pending_floor(), seconds)
        created = await self.store.get(tuple(keys))
        position = await self.position_of_primary()
        if position is None:
            return
        for key, floor in zip(keys, created, strict=True):
            if floor and not is_initialised(floor):
                await self.store.replace(key, floor, initialised(floor, position), seconds)

    def _end_initialising(self, keys: tuple[str, ...], task: asyncio.Task[None]) -> None:
        del self._initialising[keys]
        if not task.cancelled():
            # marks the exception as retrieved: waiting callers, if any, receive it from the task
            task.exception()
