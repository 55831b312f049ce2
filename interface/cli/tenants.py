"""The commands on tenants, and the option `--tenant`.

The commands print nothing but the value, for use in scripts.
"""

from typing import Annotated
from uuid import UUID

from typer import Argument, Option, Typer, echo

from application.tenant.commands import TenantCommandService
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
    return (await container.scope()[TenantCommandService].find_tenant(name)).id


@tenants.command()
def create(name: _Name) -> None:
    """Create a tenant and print its id."""

    async def work(container: Container) -> UUID:
        return (await container.scope()[TenantCommandService].create_tenant(name)).id

    echo(run(work))


@tenants.command()
def token(name: _Name) -> None:
    """Print a tenant's token, the value of X-Tenant-Token."""

    async def work(container: Container) -> str:
        return await container.scope()[TenantCommandService].give_token(name)

    echo(run(work))
