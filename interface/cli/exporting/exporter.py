"""The exporter: writes a whole blog into files, with one page in memory at a time."""

from dataclasses import dataclass
from pathlib import Path

from application.exporting.queries import ExportQueryService
from application.exporting.views import ExportedPost
from application.media.queries import PictureFileService
from application.rendering import TextRenderer
from core.dependencies.scope import ServiceScope
from interface.cli.progress import progress
from interface.exporting.document import document_of
from interface.exporting.file_names import file_name
from interface.exporting.pictures import PictureCopies


@dataclass(frozen=True, slots=True)
class Exported:
    """How many posts and pictures were written, and a line for each picture that was not."""

    posts: int
    pictures: int
    notes: tuple[str, ...]

    @property
    def summary(self) -> str:
        pictures = f", {self.pictures} pictures" if self.pictures else ""
        return f"exported {self.posts}{pictures}"


async def write_all(scope: ServiceScope, renderer: TextRenderer, folder: Path) -> Exported:
    """Write each post, and each picture that one shows, into a file of its own. Raises OSError."""
    exports, written = scope[ExportQueryService], 0
    copies = PictureCopies(scope[PictureFileService], renderer)
    with progress() as shown:
        bar = shown.add_task("Exporting", total=await exports.count_posts())
        page = await exports.get_posts()
        while page:
            for post in page:
                await _write(post, copies, folder)
                shown.advance(bar)
            written += len(page)
            page = await exports.get_posts(page[-1].id)
    notes = (
        f"{slug}: It shows {picture}, which is not ready."
        for slug, picture in dict.fromkeys(copies.left)
    )
    return Exported(written, copies.count, tuple(notes))


async def _write(post: ExportedPost, copies: PictureCopies, folder: Path) -> None:
    illustrated, pictures = await copies.illustrated(post)
    # mode x: never overwrites a file
    with (folder / file_name(post)).open("xb") as file:
        file.write(document_of(illustrated))
    for picture in pictures:
        path = folder / picture.path
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            async for piece in copies.pieces(picture):
                file.write(piece)
