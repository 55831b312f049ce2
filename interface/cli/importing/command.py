"""The command `import`."""

from functools import partial
from pathlib import Path
from typing import Annotated

from typer import Argument, Exit, echo

from core.dependencies.container import Container
from interface.cli.importing.files import NothingFound, found_files
from interface.cli.importing.importer import Importer
from interface.cli.importing.report import Report
from interface.cli.running import FAILED, WRONG_USE, ended, run
from interface.cli.tenants import TenantName, tenant_called


def import_posts(
    paths: Annotated[
        list[Path], Argument(metavar="PATH", help="Markdown files, or folders of them.")
    ],
    tenant: TenantName = None,
) -> None:
    """Import posts: Markdown files with TOML front matter."""
    try:
        files = found_files(paths)
    except NothingFound as error:
        raise ended(str(error), WRONG_USE) from error
    report = Report(len(files))

    async def work(container: Container) -> None:
        open_scope = partial(container.scope, await tenant_called(container, tenant))
        try:
            with report:
                await Importer(open_scope, report).run(files)
        finally:
            # also where it breaks off: the batches before are in
            echo(report.summary)

    run(work)
    if report.bad:
        raise Exit(FAILED)
