"""The command line: which commands there are."""

from typing import Annotated

from typer import Exit, Option, Typer, echo

from core.version import VERSION
from interface.cli.exporting.command import export_posts
from interface.cli.importing.command import import_posts
from interface.cli.jobs import jobs
from interface.cli.schema import migrate
from interface.cli.serving import serve
from interface.cli.tenants import tenants
from interface.cli.users import users

cli = Typer(
    help="Broadsheet, a blog server.",
    no_args_is_help=True,
    add_completion=False,
    # an unexpected error shows Python's own traceback, without the values of variables
    pretty_exceptions_enable=False,
)


def _say_version(is_asked: bool) -> None:
    if is_asked:
        echo(VERSION)
        raise Exit


@cli.callback()
def _options(
    version: Annotated[
        bool, Option("--version", help="Say which it is.", callback=_say_version, is_eager=True)
    ] = False,
) -> None:
    pass


cli.command("serve")(serve)
cli.command("migrate")(migrate)
cli.command("import")(import_posts)
cli.command("export")(export_posts)
cli.add_typer(users, name="users")
cli.add_typer(tenants, name="tenants")
cli.add_typer(jobs, name="jobs")
