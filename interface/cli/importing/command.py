"""The command `import`."""

from asyncio import get_running_loop
from functools import partial
from pathlib import Path
from signal import SIGTERM
from typing import Annotated

from typer import Argument, Exit, Option, echo

from core.blog.rendering import RENDERER
from core.dependencies.container import Container
from interface.cli.importing.files import NothingFound, found_files
from interface.cli.importing.importer import Importer, Manner
from interface.cli.importing.post_file import PostFile
from interface.cli.importing.report import Report
from interface.cli.running import FAILED, WRONG_USE, ended, run
from interface.cli.tenants import TenantName, tenant_called

_Paths = Annotated[
    list[Path],
    Argument(metavar="PATH", help="Markdown files, folders of them, and *.zip archives of these."),
]
_Author = Annotated[
    str | None, Option(metavar="NAME", help="Whose a post is that doesn't name its author.")
]
_DryRun = Annotated[
    bool, Option("--dry-run", help="Say what would become of each file, and change nothing.")
]


def import_posts(
    paths: _Paths, author: _Author = None, dry_run: _DryRun = False, tenant: TenantName = None
) -> None:
    """Import posts: Markdown of Zola, Hugo, Jekyll or an export."""
    try:
        with found_files(paths) as files:
            report = _imported(files, Manner(author, dry_run), tenant)
    except NothingFound as error:
        raise ended(str(error), WRONG_USE) from error
    if report.bad:
        raise Exit(FAILED)


def _imported(files: list[PostFile], manner: Manner, tenant: str | None) -> Report:
    report = Report(len(files), is_rehearsal=manner.is_rehearsal)

    async def work(container: Container) -> None:
        open_scope = partial(container.scope, await tenant_called(container, tenant))
        importer = Importer(open_scope, report, manner, RENDERER)
        get_running_loop().add_signal_handler(SIGTERM, importer.end)
        try:
            with report:
                await importer.run(files)
        finally:
            # also after an error: the batches before it are stored
            echo(f"{report.summary} ({report.details})")
        if importer.is_ending:
            raise Exit(128 + SIGTERM)

    run(work)
    return report
