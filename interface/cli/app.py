"""The command line: which commands there are."""

from typer import Typer

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
    # a fault that nobody foresaw shows Python's own traceback, without the values of variables
    pretty_exceptions_enable=False,
)
cli.command("serve")(serve)
cli.command("migrate")(migrate)
cli.command("import")(import_posts)
cli.command("export")(export_posts)
cli.add_typer(users, name="users")
cli.add_typer(tenants, name="tenants")
cli.add_typer(jobs, name="jobs")
