"""The exporter: writes a whole blog into files, with one page in memory at a time."""

from pathlib import Path

from application.exporting.queries import ExportQueryService
from interface.cli.progress import progress
from interface.exporting.document import document_of
from interface.exporting.file_names import file_name


async def write_all(exports: ExportQueryService, folder: Path) -> int:
    """Write each post into a file of its own; returns how many. Raises OSError."""
    written = 0
    with progress() as shown:
        bar = shown.add_task("Exporting", total=await exports.count_posts())
        page = await exports.get_posts()
        while page:
            for post in page:
                # mode x: never overwrites a file
                with (folder / file_name(post)).open("xb") as file:
                    file.write(document_of(post))
                shown.advance(bar)
            written += len(page)
            page = await exports.get_posts(page[-1].id)
    return written
