"""The commands on tenants, and the option `--tenant`.

Those that make something print nothing but its value, for use in scripts.
"""

from typing import Annotated
from uuid import UUID

from typer import Argument, Option, Typer, echo

from application.blog.queries import BlogQueryService
from application.blog.views import BlogView
from application.tenant.commands import TenantCommandService
from core.dependencies.container import Container
from domain.tenant import DEFAULT_TENANT
from interface.cli.running import run

tenants = Typer(help="Make tenants and give their tokens.", no_args_is_help=True)
TenantName = Annotated[
    str | None, Option("--tenant", metavar="NAME", help="In which tenant; else in the default one.")
]
_Days = Annotated[int, Option(help="For how many days it is good.", min=1, max=3650)]
_NameOrDefault = Annotated[str | None, Argument(help="Its name; else the default one.")]
_Name = Annotated[str, Argument(help="The tenant's name.")]


async def tenant_called(container: Container, name: str | None) -> UUID:
    """Find the tenant that the option names; raises NotFound."""
    if name is None:
        return DEFAULT_TENANT
    return (await container.scope()[TenantCommandService].find_tenant(name)).id


@tenants.command()
def create(name: _Name) -> None:
    """Create a tenant and print its id."""

    async def work(container: Container) -> UUID:
        return (await container.scope()[TenantCommandService].create_tenant(name)).id

    echo(run(work))


@tenants.command()
def show(name: _NameOrDefault = None) -> None:
    """Show what the pages of a blog show, and who may join it."""

    async def work(container: Container) -> BlogView:
        tenant = await tenant_called(container, name)
        return await container.scope(tenant)[BlogQueryService].of_operator()

    for setting, value in run(work).model_dump(mode="json").items():
        echo(f"{setting:<18} {_shown(value)}")


@tenants.command()
def token(name: _Name, days: _Days = 365) -> None:
    """Print a token of a tenant, a value of X-Tenant-Token."""

    async def work(container: Container) -> str:
        return await container.scope()[TenantCommandService].give_token(name, days)

    echo(run(work))


@tenants.command()
def revoke(token: Annotated[str, Argument(help="The value of X-Tenant-Token.")]) -> None:
    """Revoke a token of a tenant: within a second no server takes it any more."""

    async def work(container: Container) -> None:
        await container.scope()[TenantCommandService].revoke_token(token)

    run(work)
    echo("The token is revoked.")


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(f"{link['label']} ({link['address']})" for link in value) or "-"
    return "-" if value is None else str(value)
