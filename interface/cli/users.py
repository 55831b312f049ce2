"""The commands on users."""

import sys
from collections.abc import Awaitable, Callable
from typing import Annotated

from typer import Argument, Option, Typer, echo, prompt

from application.user.commands import RightsPatch, UserCommandService
from core.dependencies.container import Container
from domain.caller import Role
from interface.cli.running import run
from interface.cli.tenants import TenantName, tenant_called

users = Typer(help="Change users.", no_args_is_help=True)

Whom = Annotated[str, Argument(help="Whom.")]


@users.command()
def promote(
    username: Whom,
    role: Annotated[Role, Option(help="What they become.")] = Role.ADMIN,
    tenant: TenantName = None,
) -> None:
    """Change a user's role; a lesser one ends the user's logins."""
    _run(tenant, lambda users: users.set_rights(username, RightsPatch(role=role)))
    echo(f"The role of {username} is {role} now.")


@users.command()
def close(username: Whom, tenant: TenantName = None) -> None:
    """Close a user's account, which ends the user's logins."""
    _run(tenant, lambda users: users.set_rights(username, RightsPatch(is_active=False)))
    echo(f"The account of {username} is closed.")


@users.command("open")
def open_again(username: Whom, tenant: TenantName = None) -> None:
    """Open a closed account again."""
    _run(tenant, lambda users: users.set_rights(username, RightsPatch(is_active=True)))
    echo(f"The account of {username} is open.")


@users.command()
def password(username: Whom, tenant: TenantName = None) -> None:
    """Set a user's password, typed or from standard input; all the user's logins end."""
    new = _typed_password() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    _run(tenant, lambda users: users.set_password(username, new))
    echo(f"The password of {username} is set, and their logins have ended.")


def _typed_password() -> str:
    typed: str = prompt("New password", hide_input=True, confirmation_prompt=True)
    return typed


def _run(tenant: str | None, change: Callable[[UserCommandService], Awaitable[None]]) -> None:
    async def work(container: Container) -> None:
        scope = container.scope(await tenant_called(container, tenant))
        await change(scope[UserCommandService])

    run(work)
