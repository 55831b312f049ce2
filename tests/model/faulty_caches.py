"""Caches that are wrong, each in its own way: the machine must find them out."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from application.caching import Answer, CachedCall, Outcome, Required, TenantCall
from application.positions import NOWHERE, Position
from application.views import Encoded
from infra.cache.counts import CacheCounts
from infra.cache.entry import decode_entry, encode_entry
from infra.cache.floor import Floor
from infra.cache.floors import FloorCache, Load
from infra.cache.redis import RedisLink
from infra.cache.shared_reads import Keys, Values
from infra.cache.store import StoreUnavailable
from tests.model.cache_model import OWN, QUESTIONS
from tests.model.cache_process import Cache, Where
from tests.model.slow_store import SlowStore

_NO_FLOOR = Floor("0" * 16, NOWHERE).encode()


class DeletesOnWrite:
    """No floors: a change deletes what it touches."""

    def __init__(self, link: RedisLink, _: Where) -> None:
        self.counts = CacheCounts()
        self._store = SlowStore(link)

    async def get_or_load(
        self, tenant: UUID, call: CachedCall, wanted: Required, load: Load
    ) -> tuple[Answer, Outcome]:
        key, position = await self._key(tenant, call), await wanted() or NOWHERE
        with suppress(StoreUnavailable):
            kept = decode_entry((await self._store.get((key,)))[0], b"")
            if kept and kept.position.reaches(position):
                return kept.answer, "HIT"
        answer = await load(position)
        with suppress(StoreUnavailable):
            await self._store.set(key, encode_entry(answer, b"", position), call.ttl)
        return answer, "MISS"

    async def lookup(self, tenant_call: TenantCall, required: Required | None) -> Answer | None:
        return None

    async def lookup_both(
        self, tenant_call: TenantCall, other: CachedCall, required: Required | None
    ) -> tuple[Answer, Answer] | None:
        return None

    async def invalidate(self, tenant: UUID, tags: Iterable[str], position: Position) -> bool:
        touched = [call for call in QUESTIONS if set(call.tags) & set(tags)]
        try:
            for call in touched:
                await self._store.remove(await self._key(tenant, call))
        except StoreUnavailable:
            return False
        return True

    async def _key(self, tenant: UUID, call: CachedCall) -> str:
        prefix = await self._store.load_prefix()
        return f"{prefix}{{{tenant.hex}}}:{call.name}:{call.arguments}"


class _MissingFloorsAlike(SlowStore):
    async def get(self, keys: Keys) -> Values:
        values = await super().get(keys)
        return [
            value or (_NO_FLOOR if ":floor:" in key else None)
            for key, value in zip(keys, values, strict=True)
        ]


async def _nowhere() -> Position:
    return NOWHERE


def with_missing_floors_alike(link: RedisLink, where: Where) -> Cache:
    """What the store forgot is as it was before anything changed."""
    return FloorCache(_MissingFloorsAlike(link), where, load_limit=50)


class _OwnPartsWithoutFloor(FloorCache):
    async def lookup_both(
        self, tenant_call: TenantCall, other: CachedCall, required: Required | None
    ) -> tuple[Encoded, Encoded] | None:
        return await super().lookup_both(tenant_call, replace(other, tags=()), required)

    async def get_or_load(
        self, tenant: UUID, call: CachedCall, required: Required, load: Load
    ) -> tuple[Answer, Outcome]:
        kept = replace(call, tags=()) if call in OWN.values() else call
        return await super().get_or_load(tenant, kept, required, load)


def with_own_parts_without_floor(link: RedisLink, where: Where) -> Cache:
    """What one caller alone sees is kept until it expires."""
    return _OwnPartsWithoutFloor(SlowStore(link), where, load_limit=50)


class _OwnPartsAlike(FloorCache):
    async def lookup_both(
        self, tenant_call: TenantCall, other: CachedCall, required: Required | None
    ) -> tuple[Encoded, Encoded] | None:
        return await super().lookup_both(tenant_call, OWN["ann"], required)


def with_own_parts_alike(link: RedisLink, where: Where) -> Cache:
    """What one caller alone sees is shown to others."""
    return _OwnPartsAlike(SlowStore(link), where, load_limit=50)


def with_floors_laid_nowhere(link: RedisLink, _: Where) -> Cache:
    """What the store forgot may be read from a replica that lags."""
    return FloorCache(SlowStore(link), _nowhere, load_limit=50)
