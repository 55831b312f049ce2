"""Caches that are wrong, each in its own way: the machine must find them out."""

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from application.caching import Answer, Asked, Outcome, Question
from application.positions import NOWHERE, Position
from infra.cache.counts import CacheCounts
from infra.cache.entry import entry, kept_in
from infra.cache.floor import Floor
from infra.cache.floors import FloorCache, Load, Wanted
from infra.cache.redis import RedisLink
from infra.cache.shared_reads import Keys, Values
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
            kept = kept_in((await self._store.get((key,)))[0], b"")
            if kept and kept.position.reaches(position):
                return kept.answer, "HIT"
        answer = await load(position)
        with suppress(StoreUnavailable):
            await self._store.set(key, entry(answer, b"", position), question.ttl)
        return answer, "MISS"

    async def kept(self, asked: Asked) -> Answer | None:
        return None

    async def invalidate(self, tenant: UUID, tags: Iterable[str], position: Position) -> bool:
        touched = [question for question in QUESTIONS if set(question.tags) & set(tags)]
        try:
            for question in touched:
                await self._store.remove(await self._key(tenant, question))
        except StoreUnavailable:
            return False
        return True

    async def _key(self, tenant: UUID, question: Question) -> str:
        prefix = await self._store.meet()
        return f"{prefix}{{{tenant.hex}}}:{question.name}:{question.arguments}"


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


def with_floors_laid_nowhere(link: RedisLink, _: Where) -> Cache:
    """What the store forgot may be read from a replica that lags."""
    return FloorCache(SlowStore(link), _nowhere, load_limit=50)
