"""The command `import`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Exit, echo

from core.dependencies.container import Container
from interface.cli.importing.files import NothingFound, found_files
from interface.cli.importing.importer import Importer
from interface.cli.importing.report import Report
from interface.cli.running import FAILED, WRONG_USE, ended, run


def import_posts(
    paths: Annotated[
        list[Path], Argument(metavar="PATH", help="Markdown files, or folders of them.")
    ],
) -> None:
    """Import posts: Markdown files with TOML front matter."""
    try:
        files = found_files(paths)
    except NothingFound as error:
        raise ended(str(error), WRONG_USE) from error
    report = Report(len(files))

    async def work(container: Container) -> None:
        with report:
            await Importer(container.scope, report).run(files)

    run(work)
    echo(report.summary)
    if report.bad:
        raise Exit(FAILED)
