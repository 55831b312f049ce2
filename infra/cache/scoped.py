"""The cache as one caller sees it: in their tenant, and never older than what they know."""

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter

from application.caching import Answer, Asked, Outcome, Question
from application.positions import Position
from application.views import Encoded
from infra.cache.floors import FloorCache, Wanted
from infra.database.standing import Entitlement, Standing


class ScopedCache:
    """Answers for one scope, and tells in `outcome` what became of the last question."""

    def __init__(
        self, floors: FloorCache, standing: Standing, entitlement: Entitlement, *, bypassed: bool
    ) -> None:
        self._floors = floors
        self._standing = standing
        self._entitlement = entitlement
        self._bypassed = bypassed
        self.outcome: Outcome | None = None
        self.asked: Asked | None = None

    async def answer(self, question: Question, load: Callable[[], Awaitable[Answer]]) -> Answer:
        timings = self._standing.timings
        started, of_database = perf_counter(), timings.database
        try:
            return await self._answer(question, load)
        finally:
            timings.cache += perf_counter() - started - (timings.database - of_database)

    async def _answer(self, question: Question, load: Callable[[], Awaitable[Answer]]) -> Answer:
        async def load_at(position: Position | None) -> Answer:
            if position:
                # the read unit of work waits for what the scope has seen
                self._standing.position.advance(position)
            return await load()

        if self._bypassed:
            self._floors.counts.bypasses += 1
            self.outcome = "BYPASS"
            return await load()
        answer, self.outcome = await self._floors.answer(
            self._standing.tenant, question, self._wanted(), load_at
        )
        if isinstance(answer, Encoded):
            self.asked = Asked(self._standing.tenant, question)
        return answer

    def _wanted(self) -> Wanted:
        if self._standing.caller is None:
            return self._entitlement.position
        # begun now, it goes to Redis in one read with what the answer needs
        asking = asyncio.ensure_future(self._entitlement.position())
        return lambda: asking
