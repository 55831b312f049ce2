"""The cache of shared answers: a change raises the floors of its tags, and all entries that were
loaded on the former floors are invalid from then on, even those that are stored later."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from uuid import UUID

from application.caching import Answer, CachedCall, Outcome, Required, TenantCall
from application.positions import NOWHERE, Position
from application.views import Encoded
from infra.cache.backlog import Backlog
from infra.cache.counts import CacheCounts
from infra.cache.entry_store import EntryStore, Lookup
from infra.cache.flights import Flights
from infra.cache.lease import Lease
from infra.cache.store import Store, StoreRefused, StoreUnavailable
from infra.cache.unsent import Unsent

Load = Callable[[Position | None], Awaitable[Answer]]

_SENDING_SECONDS = 1.0


@dataclass
class FloorCache:
    """Answers calls from a store, and fills it; one for a process."""

    store: Store
    position_of_primary: Callable[[], Awaitable[Position | None]]
    load_limit: int
    backlog: Backlog = field(default_factory=Backlog)
    counts: CacheCounts = field(default_factory=CacheCounts)

    def __post_init__(self) -> None:
        self._entries = EntryStore(self.store, self._limited_position_of_primary)
        self._flights = Flights()
        self._unsent = Unsent()
        self._loads = asyncio.Semaphore(self.load_limit)

    async def get_or_load(
        self, tenant: UUID, call: CachedCall, required: Required, load: Load
    ) -> tuple[Answer, Outcome]:
        """Return an answer that has reached the required position, and the cache outcome.

        If `required` returns None, the answer is loaded from the primary.
        """
        # checked before and after the lookup: an invalidation may be sent while it runs
        unsent = self._unsent.position_of(tenant, call.tags)
        is_bypassed = unsent is not None or self.backlog.exists
        lookup = None if is_bypassed else await self._lookup(tenant, call)
        position = await required()
        if unsent is None:
            unsent = self._unsent.position_of(tenant, call.tags)
        if lookup is None or position is None or unsent is not None:
            self.counts.bypasses += 1
            newest = position if position is None else position.joined(unsent or NOWHERE)
            return await self._limited(load, newest), "BYPASS"
        if answer := lookup.hit(position):
            self.counts.hits += 1
            return answer, "HIT"
        self.counts.misses += 1
        position = lookup.floors.position.joined(position)
        if flight := self._flights.find((lookup.key, lookup.floors.digest), position):
            self.counts.joins += 1
            return await flight, "MISS"
        fill = partial(self._load_and_store, tenant, call, lookup, position, load)
        return await self._flights.start((lookup.key, lookup.floors.digest), position, fill), "MISS"

    async def lookup_both(
        self, tenant_call: TenantCall, other: CachedCall, required: Required | None
    ) -> tuple[Encoded, Encoded] | None:
        """Return the answers of two calls if both are hits; else None. All that is read for both
        is batched into one read of the store."""
        of_other = TenantCall(tenant_call.tenant, other)
        first, second = await asyncio.gather(
            self._hit(tenant_call, required), self._hit(of_other, required)
        )
        if first is None or second is None:
            return None
        self.counts.hits += 2
        return first, second

    async def lookup(self, tenant_call: TenantCall, required: Required | None) -> Encoded | None:
        """Return the answer if it is a hit for a caller with this required position; else None."""
        answer = await self._hit(tenant_call, required)
        if answer:
            self.counts.hits += 1
        return answer

    async def _hit(self, tenant_call: TenantCall, required: Required | None) -> Encoded | None:
        if self.backlog.exists or self._is_unsent(tenant_call):
            return None
        # its read begins before the lookup, so that both are batched into one read of the store
        reading = required() if required else None
        lookup = await self._lookup(tenant_call.tenant, tenant_call.call)
        position = await reading if reading else NOWHERE
        answer = lookup.hit(position) if lookup and position is not None else None
        if not isinstance(answer, Encoded) or self._is_unsent(tenant_call):
            return None
        return answer

    def _is_unsent(self, tenant_call: TenantCall) -> bool:
        return self._unsent.position_of(tenant_call.tenant, tenant_call.call.tags) is not None

    async def invalidate(self, tenant: UUID, tags: Iterable[str], position: Position) -> bool:
        """Raise the floors of tags; False where the store did not accept it: until it has, this
        process bypasses the cache for calls with these tags."""
        touched = sorted(tags)
        try:
            await self._send(tenant, touched, position)
        except StoreUnavailable:
            self._unsent.add(tenant, touched, position)
            return False
        self._unsent.sent(tenant, touched, position)
        return True

    async def send_unsent(self) -> None:
        """Try again to send what the store did not accept."""
        for tenant, tags in self._unsent.tags().items():
            position = self._unsent.position_of(tenant, tags) or NOWHERE
            if not await self.invalidate(tenant, tags, position):
                return

    async def _send(self, tenant: UUID, tags: list[str], position: Position) -> None:
        """Retry for a second: single time-outs occur on a healthy server."""
        until = monotonic() + _SENDING_SECONDS
        while True:
            try:
                return await self._entries.raise_floors(tenant, tags, position)
            except StoreUnavailable as error:
                self.counts.failures += 1
                is_final = self.store.is_down or isinstance(error, StoreRefused)
                if is_final or monotonic() > until:
                    raise

    async def _lookup(self, tenant: UUID, call: CachedCall) -> Lookup | None:
        try:
            return await self._entries.lookup(tenant, call)
        except StoreUnavailable:
            self.counts.failures += 1
            return None

    async def _load_and_store(
        self, tenant: UUID, call: CachedCall, lookup: Lookup, position: Position, load: Load
    ) -> Answer:
        async def find_again() -> Answer | None:
            now = await self._lookup(tenant, call)
            return now.hit(position) if now else None

        lease = Lease(self.store, lookup, position)
        try:
            with suppress(StoreUnavailable):
                if answer := await lease.acquire_or_find(find_again):
                    return answer
            answer = await self._limited(load, position)
            with suppress(StoreUnavailable):
                await self._entries.put(tenant, lookup, answer, position, call.ttl)
            return answer
        finally:
            with suppress(StoreUnavailable):
                await lease.release()

    async def _limited_position_of_primary(self) -> Position | None:
        # limited, as many missing floors at once would overload the primary
        async with self._loads:
            return await self.position_of_primary()

    async def _limited(self, load: Load, position: Position | None) -> Answer:
        async with self._loads:
            self.counts.loads += 1
            return await load(position)
