"""The commands on users."""

from typing import Annotated

from typer import Argument, Option, Typer, echo

from application.user.commands import UserCommandService
from core.dependencies.container import Container
from domain.caller import Role
from interface.cli.running import run
from interface.cli.tenants import TenantName, tenant_called

users = Typer(help="Change users.", no_args_is_help=True)


@users.command()
def promote(
    username: Annotated[str, Argument(help="Whom.")],
    role: Annotated[Role, Option(help="What they become.")] = Role.ADMIN,
    tenant: TenantName = None,
) -> None:
    """Change a user's role, from the next access token on."""

    async def work(container: Container) -> None:
        scope = container.scope(await tenant_called(container, tenant))
        await scope[UserCommandService].set_role(username, role)

    run(work)
    echo(f"The role of {username} is {role} now.")
