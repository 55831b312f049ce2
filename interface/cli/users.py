"""The commands on users."""

from typing import Annotated

from typer import Argument, Option, Typer, echo

from core.dependencies.container import Container
from domain.user import Role
from interface.cli.running import run
from interface.cli.tenants import TenantName, tenant_called

users = Typer(help="Change users.", no_args_is_help=True)


@users.command()
def promote(
    username: Annotated[str, Argument(help="Whom.")],
    role: Annotated[Role, Option(help="What they become.")] = Role.ADMIN,
    tenant: TenantName = None,
) -> None:
    """Give a user another role, from their next refresh on."""

    async def work(container: Container) -> None:
        scope = container.scope(await tenant_called(container, tenant))
        await scope.user_commands.promote(username, role)

    run(work)
    echo(f"The role of {username} is {role} now.")
