"""A scope: the services and units of work of one request, job or command."""

from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from application.caching import Outcome, TenantCall, Uncached
from application.clock import Clock
from application.limits import subscriber_of
from application.positions import CallerPosition
from application.timing import Timings
from core.dependencies.resources import Resources
from domain.caller import Caller
from infra.cache.scoped import ScopedCache
from infra.database.read_unit_of_work import SqlReadUnitOfWork
from infra.database.request_context import RequestContext, RequiredPosition
from infra.database.write_unit_of_work import SqlWriteUnitOfWork
from infra.files.scoped import TenantFiles
from infra.limits.scoped import ScopedLimits

S = TypeVar("S")


def _now() -> datetime:
    return datetime.now(UTC)


class ServiceScope:
    """The services of one caller in one tenant, on one unit of work of each kind."""

    def __init__(
        self, resources: Resources, context: RequestContext, *, past_cache: bool = False
    ) -> None:
        self.resources = resources
        self._context = context
        self._past_cache = past_cache
        self._services: dict[type[Any], Any] = {}

    @property
    def caller(self) -> Caller | None:
        return self._context.caller

    @property
    def tenant(self) -> UUID:
        return self._context.tenant

    @property
    def timings(self) -> Timings:
        return self._context.timings

    @property
    def position(self) -> CallerPosition:
        return self._context.position

    @property
    def clock(self) -> Clock:
        return _now

    def __getitem__(self, service: type[S]) -> S:
        """Return a service, the same one each time: `scope[PostQueryService]`."""
        made: S | None = self._services.get(service)
        if made is None:
            made = self._services[service] = self.resources.registry.services[service](self)
        return made

    @property
    def cache_outcome(self) -> Outcome | None:
        """`HIT` where all cached calls were hits; None where there was none."""
        return self.cache.outcome

    @property
    def tenant_call(self) -> TenantCall | None:
        """The first cached call that had a shared answer; None where there was none."""
        return self.cache.tenant_call if isinstance(self.cache, ScopedCache) else None

    @cached_property
    def cache(self) -> ScopedCache | Uncached:
        cache, context = self.resources.cache, self._context
        if cache is None:
            return Uncached()
        return ScopedCache(cache, context, self._required, bypassed=self._past_cache)

    @cached_property
    def limits(self) -> ScopedLimits:
        resources, context = self.resources, self._context
        subscriber = subscriber_of(context.address or "")
        return ScopedLimits(resources.limits, resources.counters, context.tenant, subscriber)

    @cached_property
    def files(self) -> TenantFiles:
        return TenantFiles(self.resources.files, self.tenant)

    @cached_property
    def _required(self) -> RequiredPosition:
        return RequiredPosition(self._context, self.resources.primary.user_positions)

    @cached_property
    def read_uow(self) -> SqlReadUnitOfWork:
        resources = self.resources
        return SqlReadUnitOfWork(
            resources.reads,
            self._context,
            self._required,
            resources.cursors,
            resources.registry.reading,
        )

    @cached_property
    def write_uow(self) -> SqlWriteUnitOfWork:
        resources = self.resources
        return SqlWriteUnitOfWork(
            resources.primary,
            self._context,
            resources.cursors,
            resources.registry.writing,
            resources.registry.logins,
            verified_only=resources.verified_only,
        )
