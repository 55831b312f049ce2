"""The commands on tenants, and the option that names one.

What the commands print is meant to be captured: nothing but the value.
"""

from typing import Annotated
from uuid import UUID

from typer import Argument, Option, Typer, echo

from core.dependencies.container import Container
from domain.tenant import DEFAULT_TENANT
from interface.cli.running import run

tenants = Typer(help="Make tenants and give their tokens.", no_args_is_help=True)
TenantName = Annotated[
    str | None, Option("--tenant", metavar="NAME", help="In which tenant; else in the default one.")
]
_Name = Annotated[str, Argument(help="The tenant's name.")]


async def tenant_called(container: Container, name: str | None) -> UUID:
    """Find the tenant that the option names; raises NotFound."""
    if name is None:
        return DEFAULT_TENANT
    return (await container.scope().tenants.find_tenant(name)).id


@tenants.command()
def create(name: _Name) -> None:
    """Make a tenant and print its id."""

    async def work(container: Container) -> UUID:
        return (await container.scope().tenants.create_tenant(name)).id

    echo(run(work))


@tenants.command()
def token(name: _Name) -> None:
    """Print a tenant's token, the value of X-Tenant-Token."""

    async def work(container: Container) -> str:
        return await container.scope().tenants.give_token(name)

    echo(run(work))
