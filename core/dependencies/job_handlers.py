"""Job handlers: the function for each kind of job."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from application.job.ending import EndingService
from application.positions import CallerPosition
from core.dependencies.resources import Resources
from core.dependencies.scope import ServiceScope
from domain.caller import Caller
from infra.database.housekeeping import Housekeeping
from infra.database.request_context import RequestContext
from infra.jobs.queue import Claimed

HOUSEKEEPING = "housekeeping"
_OPERATIONS = 8  # concurrent ones of all jobs: requests use the same connections


class UnknownKind(Exception):
    """A job of a kind that this version does not know; a newer version may."""


@dataclass(frozen=True, slots=True)
class JobContext:
    """A job to run, and the resources for it."""

    resources: Resources
    claimed: Claimed
    slots: asyncio.Semaphore  # for operations that run concurrently

    def scope(self, caller: Caller | None = None) -> ServiceScope:
        """Open a scope in the job's tenant."""
        return self.scope_in(self.claimed.tenant, caller)

    def scope_in(self, tenant: UUID, caller: Caller | None = None) -> ServiceScope:
        """Open a scope in a tenant, for a job that is of all of them."""
        return ServiceScope(self.resources, RequestContext(tenant, caller, CallerPosition()))


@dataclass(frozen=True, slots=True)
class JobHandler:
    """A kind of job and its function, whose last transaction ends the job."""

    kind: str
    handle: Callable[[JobContext], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Errand:
    """A part of housekeeping that more than statements do: it works in the scope of one tenant, and
    returns how many it has removed."""

    name: str
    do: Callable[[ServiceScope], Awaitable[int]]


class JobExecutor:
    """Runs jobs by the handlers of their kinds."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._slots = asyncio.Semaphore(_OPERATIONS)

    async def perform(self, claimed: Claimed) -> None:
        """Run a job; raises what its handler raises."""
        handle = self._resources.registry.jobs.get(claimed.kind)
        if handle is None:
            raise UnknownKind(claimed.kind)
        await handle(JobContext(self._resources, claimed, self._slots))


async def run_housekeeping(job: JobContext) -> None:
    """Delete what has expired, of all tenants."""
    resources = job.resources
    registry = resources.registry
    housekeeping = Housekeeping(resources.primary.engine, resources.reads.primary, registry.chores)
    deleted = await housekeeping.run()
    for tenant in await housekeeping.tenants():
        for errand in registry.errands:
            deleted[errand.name] += await errand.do(job.scope_in(tenant))
    await EndingService(job.scope().write_uow).end(job.claimed.lease, dict(deleted))
