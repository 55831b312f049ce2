"""The jobs of a tenant, as its admins see them."""

from dataclasses import dataclass

from application.job.ports import JobsQuery
from application.job.queries import JobQueryService
from application.job.views import JobPage
from application.unit_of_work import Retryable, Unavailable
from core.dependencies.scope import ServiceScope
from domain.job import State

_SHOWN = 20
_WAITING = (State.QUEUED, State.SENT, State.RUNNING)


@dataclass(frozen=True, slots=True)
class TenantJobs:
    """How many jobs of a tenant wait or run, by state, and those that are dead, the newest first;
    counted up to a bound."""

    by_state: dict[str, int]
    dead: JobPage


async def jobs_of(scope: ServiceScope) -> TenantJobs | None:
    """Return the jobs of the caller's tenant; None where no database answers."""
    try:
        counts = {state.value: (await _page(scope, state, 1)).total for state in _WAITING}
        return TenantJobs(counts, await _page(scope, State.DEAD, _SHOWN))
    except (Retryable, Unavailable):
        return None


async def _page(scope: ServiceScope, state: State, limit: int) -> JobPage:
    return await scope[JobQueryService].get_jobs(JobsQuery(state=state, limit=limit))
