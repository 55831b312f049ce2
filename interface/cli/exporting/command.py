"""The command `export`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, echo

from core.blog.rendering import RENDERER
from core.dependencies.container import Container
from interface.cli.exporting.exporter import Exported, write_all
from interface.cli.running import WRONG_USE, ended, run
from interface.cli.tenants import TenantName, tenant_called

_Folder = Annotated[Path, Argument(metavar="FOLDER", help="An empty folder, or one to be made.")]


def export_posts(folder: _Folder, tenant: TenantName = None) -> None:
    """Export all posts with their pictures, to import them again."""

    async def work(container: Container) -> Exported:
        scope = container.scope(await tenant_called(container, tenant))
        _make_empty(folder)
        return await write_all(scope, RENDERER, folder)

    try:
        exported = run(work)
    except OSError as error:
        raise ended(f"{error.filename or folder}: {error.strerror}.") from error
    for note in exported.notes:
        echo(note, err=True)
    echo(exported.summary)


def _make_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ended(f"{folder}: It is no empty folder: name another.", WRONG_USE)
    folder.mkdir(parents=True, exist_ok=True)
