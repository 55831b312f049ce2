"""An account as a .zip, made while it is sent: one page is in memory at a time."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from itertools import chain
from typing import TypeVar
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pydantic import BaseModel

from application.exporting.account_queries import POSTS, AccountExportService
from application.exporting.views import ExportedPost
from application.media.queries import PictureFileService
from application.rendering import TextRenderer
from interface.exporting.document import Illustrated, document_of
from interface.exporting.file_names import file_name
from interface.exporting.pictures import PictureCopies

_POSTS = "posts"
_WAY = "../"  # from a post to the folder of pictures

V = TypeVar("V", bound=BaseModel)


class _Pieces:
    """A file that gives away what was written; ZipFile does not seek in one that can't tell."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: there is no buffer."""

    def close(self) -> None:
        """Do nothing: the last pieces are still to be taken."""

    def taken(self) -> bytes:
        taken, self._written = b"".join(self._written), []
        return taken


async def account_archive(
    exports: AccountExportService, files: PictureFileService, renderer: TextRenderer
) -> AsyncGenerator[bytes, None]:
    """Yield the pieces of the archive; raises NotFound before the first one."""
    account, pieces = await exports.get_account(), _Pieces()
    copies = PictureCopies(files, renderer, _WAY)
    lists = (
        ("comments.json", _pages(exports.get_comments)),
        ("favorites.json", _pages(exports.get_favorites)),
        ("follows.json", _pages(exports.get_follows)),
        ("grants.json", _pages(exports.get_grants)),
        ("working_copies.json", _pages(exports.get_working_copies)),
    )
    with ZipFile(pieces, "w", ZIP_DEFLATED) as archive:
        archive.writestr("account.json", _json(account) + b"\n")
        yield pieces.taken()
        async for posts in _posts(exports):
            shown = [await copies.illustrated(post) for post in posts]
            await _in_thread(partial(_add_posts, archive, [post for post, _ in shown]))
            yield pieces.taken()
            for picture in chain.from_iterable(pictures for _, pictures in shown):
                with archive.open(ZipInfo(picture.path), "w") as entry:
                    async for part in copies.pieces(picture):
                        entry.write(part)
                        yield pieces.taken()
        for name, pages in lists:
            with archive.open(name, "w") as entry:
                async for part in _array(pages):
                    await _in_thread(partial(entry.write, part))
                    yield pieces.taken()
    yield pieces.taken()


async def _posts(exports: AccountExportService) -> AsyncIterator[Sequence[ExportedPost]]:
    post_ids = await exports.get_post_ids()
    for start in range(0, len(post_ids), POSTS):
        yield await exports.get_posts(post_ids[start : start + POSTS])


async def _in_thread(work: Callable[[], object]) -> None:
    """Compress off the event loop; where the client hangs up, the archive is closed after that."""
    working = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait((working,))
        raise


def _add_posts(archive: ZipFile, posts: Sequence[Illustrated]) -> None:
    for each in posts:
        archive.writestr(f"{_POSTS}/{file_name(each.post)}", document_of(each))


async def _pages(
    load: Callable[[V | None], Awaitable[Sequence[V]]],
) -> AsyncIterator[Sequence[BaseModel]]:
    page = await load(None)
    while page:
        yield page
        page = await load(page[-1])


async def _array(pages: AsyncIterator[Sequence[BaseModel]]) -> AsyncIterator[bytes]:
    """Yield the parts of one JSON array."""
    before = b"["
    async for page in pages:
        yield before + b"\n" + b",\n".join(map(_json, page))
        before = b","
    yield b"[]\n" if before == b"[" else b"\n]\n"


def _json(view: BaseModel) -> bytes:
    return view.__pydantic_serializer__.to_json(view)
