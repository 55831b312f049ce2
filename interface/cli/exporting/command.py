"""The command `export`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, echo

from application.exporting.queries import ExportQueryService
from core.dependencies.container import Container
from interface.cli.exporting.exporter import write_all
from interface.cli.running import WRONG_USE, ended, run
from interface.cli.tenants import TenantName, tenant_called

_Folder = Annotated[Path, Argument(metavar="FOLDER", help="An empty folder, or one to be made.")]


def export_posts(folder: _Folder, tenant: TenantName = None) -> None:
    """Export all posts but deleted ones: Markdown to import again."""

    async def work(container: Container) -> int:
        exports = container.scope(await tenant_called(container, tenant))[ExportQueryService]
        _make_empty(folder)
        return await write_all(exports, folder)

    try:
        echo(f"exported {run(work)}")
    except OSError as error:
        raise ended(f"{error.filename or folder}: {error.strerror}.") from error


def _make_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ended(f"{folder}: It is no empty folder: name another.", WRONG_USE)
    folder.mkdir(parents=True, exist_ok=True)
