"""An account as a .zip, made while it is sent: one page is in memory at a time."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar
from zipfile import ZIP_DEFLATED, ZipFile

from pydantic import BaseModel

from application.exporting.account_queries import POSTS, AccountExportService
from application.exporting.views import ExportedPost
from interface.exporting.document import document_of
from interface.exporting.file_names import file_name

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


async def account_archive(exports: AccountExportService) -> AsyncGenerator[bytes, None]:
    """Yield the pieces of the archive; raises NotFound before the first one."""
    account, pieces = await exports.get_account(), _Pieces()
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
            await _in_thread(partial(_add_posts, archive, posts))
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


def _add_posts(archive: ZipFile, posts: Sequence[ExportedPost]) -> None:
    for post in posts:
        archive.writestr(f"posts/{file_name(post)}", document_of(post))


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
