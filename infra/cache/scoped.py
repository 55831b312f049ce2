"""The cache for one caller, with the caller's tenant and required position."""

from collections.abc import Awaitable, Callable
from time import perf_counter

from application.caching import Answer, CachedCall, Outcome, Required, TenantCall
from application.positions import Position
from application.views import Encoded
from infra.cache.floors import FloorCache
from infra.database.request_context import RequestContext, RequiredPosition


class ScopedCache:
    """The cache of one scope; `outcome` is `HIT` where all its calls were hits, and `tenant_call`
    is the first call with a shared answer: what follows is for an overlay."""

    def __init__(
        self,
        cache: FloorCache,
        context: RequestContext,
        required: RequiredPosition,
        *,
        bypassed: bool,
    ) -> None:
        self._cache = cache
        self._context = context
        self._required = required
        self._bypassed = bypassed
        self.outcome: Outcome | None = None
        self.tenant_call: TenantCall | None = None

    async def get_or_load(self, call: CachedCall, load: Callable[[], Awaitable[Answer]]) -> Answer:
        timings = self._context.timings
        started, of_database = perf_counter(), timings.database
        try:
            return await self._answer(call, load)
        finally:
            timings.cache += perf_counter() - started - (timings.database - of_database)

    async def _answer(self, call: CachedCall, load: Callable[[], Awaitable[Answer]]) -> Answer:
        async def load_at(position: Position | None) -> Answer:
            if position:
                # the read unit of work waits for the position of its scope
                self._context.position.advance(position)
            return await load()

        if self._bypassed:
            self._cache.counts.bypasses += 1
            answer = await load()
            outcome: Outcome = "BYPASS"
        else:
            answer, outcome = await self._cache.get_or_load(
                self._context.tenant, call, self._required_by_caller(), load_at
            )
        if self.outcome in (None, "HIT"):
            self.outcome = outcome
        if isinstance(answer, Encoded) and self.tenant_call is None:
            self.tenant_call = TenantCall(self._context.tenant, call)
        return answer

    def _required_by_caller(self) -> Required:
        # its read begins before the lookup, so that both are batched into one read of Redis
        reading = self._required.position()
        return lambda: reading
