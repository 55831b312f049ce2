"""The commands on jobs, on all jobs of a tenant."""

import asyncio
from contextlib import suppress
from typing import Annotated
from uuid import UUID

from rich.console import Group
from rich.live import Live
from typer import Argument, Option, Typer, echo

from application.job.commands import JobCommandService
from application.job.ports import JobsQuery
from application.job.queries import JobQueryService
from application.job.views import JobPage, JobView
from core.dependencies.container import Container
from core.dependencies.scope import ServiceScope
from domain.caller import Caller, Role
from domain.job import State
from interface.cli.job_tables import console, table_of_counts, table_of_jobs
from interface.cli.running import run
from interface.cli.tenants import TenantName, tenant_called

jobs = Typer(help="See jobs, and decide on those that are dead.", no_args_is_help=True)
# operators with access to the database need no account
_OPERATOR = Caller(UUID(int=0), Role.ADMIN)
_REFRESH_SECONDS = 0.5
_SHOWN_RUNNING = 10

_Id = Annotated[UUID, Argument(help="The job's id.")]
_Kind = Annotated[str | None, Option(help="Of this kind alone.")]
_Limit = Annotated[int, Option(help="How many, the newest first.", min=1, max=100)]


async def _scope(container: Container, tenant: str | None) -> ServiceScope:
    return container.scope(await tenant_called(container, tenant), _OPERATOR)


@jobs.command("list")
def list_jobs(
    tenant: TenantName = None,
    state: Annotated[State | None, Option(help="In this state alone.")] = None,
    kind: _Kind = None,
    limit: _Limit = 20,
) -> None:
    """List jobs, the newest first."""

    async def work(container: Container) -> JobPage:
        scope = await _scope(container, tenant)
        return await scope[JobQueryService].get_jobs(JobsQuery(limit=limit, state=state, kind=kind))

    page = run(work)
    console().print(table_of_jobs(page.items))
    if page.total > len(page.items):
        echo(f"{page.total - len(page.items)} more.", err=True)


@jobs.command()
def show(job_id: _Id, tenant: TenantName = None) -> None:
    """Print a job as JSON, with its result or error."""

    async def work(container: Container) -> JobView:
        return await (await _scope(container, tenant))[JobQueryService].get_job(job_id)

    echo(run(work).model_dump_json(indent=2))


@jobs.command()
def replay(job_id: _Id, tenant: TenantName = None) -> None:
    """Queue a dead job again."""

    async def work(container: Container) -> JobView:
        return await (await _scope(container, tenant))[JobCommandService].replay_job(job_id)

    echo(f"The job is {run(work).state} now.")


@jobs.command()
def discard(job_id: _Id, tenant: TenantName = None) -> None:
    """Discard a dead job."""

    async def work(container: Container) -> JobView:
        return await (await _scope(container, tenant))[JobCommandService].discard_job(job_id)

    echo(f"The job is {run(work).state} now.")


@jobs.command()
def watch(tenant: TenantName = None, kind: _Kind = None) -> None:
    """Show the numbers of jobs, and the running ones, until Ctrl-C."""

    async def work(container: Container) -> None:
        of = await tenant_called(container, tenant)
        with Live(console=console(), auto_refresh=False) as live:
            while True:
                # a scope each time, as the required position is asked for once in a scope
                live.update(await _picture(container.scope(of, _OPERATOR), kind), refresh=True)
                await asyncio.sleep(_REFRESH_SECONDS)

    with suppress(KeyboardInterrupt):
        run(work)


async def _picture(scope: ServiceScope, kind: str | None) -> Group:
    counts = [
        count for count in await scope[JobQueryService].count_jobs() if kind in (None, count.kind)
    ]
    query = JobsQuery(limit=_SHOWN_RUNNING, state=State.RUNNING, kind=kind)
    running = await scope[JobQueryService].get_jobs(query)
    return Group(table_of_counts(counts), table_of_jobs(running.items))
