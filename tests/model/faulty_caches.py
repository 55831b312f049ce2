"""Caches that are wrong, each in its own way: the machine must find them out."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from uuid import UUID

from application.caching import Answer, Outcome, Question
from application.positions import NOWHERE, Position
from infra.cache.counts import CacheCounts
from infra.cache.entry import Entry
from infra.cache.floor import Floor
from infra.cache.floors import FloorCache, Load, Wanted
from infra.cache.redis import RedisLink
from infra.cache.shared_reads import Values
from infra.cache.store import StoreUnavailable
from tests.model.cache_model import QUESTIONS
from tests.model.cache_process import Cache, Where
from tests.model.slow_store import SlowStore

_NO_FLOOR = Floor("0" * 16, NOWHERE).written()


class DeletesOnWrite:
    """No floors: a change deletes what it touches."""

    def __init__(self, link: RedisLink, _: Where) -> None:
        self.counts = CacheCounts()
        self._store = SlowStore(link)

    async def answer(
        self, tenant: UUID, question: Question, wanted: Wanted, load: Load
    ) -> tuple[Answer, Outcome]:
        key, position = await self._key(tenant, question), await wanted() or NOWHERE
        with suppress(StoreUnavailable):
            entry = Entry.read((await self._store.get([key]))[0])
            if entry and entry.position.reaches(position):
                return entry.answer, "HIT"
        entry = Entry(await load(position), b"", position)
        with suppress(StoreUnavailable):
            await self._store.set(key, entry.written(), question.ttl)
        return entry.answer, "MISS"

    async def invalidate(self, tenant: UUID, tags: Iterable[str], position: Position) -> bool:
        touched = [question for question in QUESTIONS if set(question.tags) & set(tags)]
        try:
            for question in touched:
                await self._store.remove(await self._key(tenant, question))
        except StoreUnavailable:
            return False
        return True

    async def _key(self, tenant: UUID, question: Question) -> str:
        prefix = await self._store.prefix()
        return f"{prefix}{{{tenant.hex}}}:{question.name}:{question.arguments}"


class _MissingFloorsAlike(SlowStore):
    async def get(self, keys: Sequence[str]) -> Values:
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


def with_floors_laid_nowhere(link: RedisLink, _: Where) -> Cache:
    """What the store forgot may be read from a replica that lags."""
    return FloorCache(SlowStore(link), _nowhere, load_limit=50)
