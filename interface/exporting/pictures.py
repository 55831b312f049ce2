"""The pictures of exported posts, each written once, as the original."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote, unquote
from uuid import UUID

from application.exporting.views import ExportedPost
from application.media.ports import ShownFile
from application.media.queries import PictureFileService
from application.media.views import ShownPicture
from application.rendering import PlacedAddress, TextRenderer, with_addresses
from domain.errors import NotFound
from interface.exporting.document import Illustrated

_ADDRESS = re.compile(r"/media/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([^/?#]+)")
_FOLDER = "media"
_DIGITS = 16  # of a hash, which tells files of one name apart


@dataclass(frozen=True, slots=True)
class Copy:
    """A file of a picture, and its path in the folder of the export."""

    path: str
    file: ShownFile
    alt: str


_Placed = tuple[PlacedAddress, UUID, str]


class PictureCopies:
    """Copies what posts show; `way` leads from a post's file to the folder of the export.

    `left` are the pictures that can't be copied, each with the slug of a post that shows it.
    """

    def __init__(self, files: PictureFileService, renderer: TextRenderer, way: str = "") -> None:
        self.left: list[tuple[str, UUID]] = []
        self._files = files
        self._renderer = renderer
        self._way = way
        self._known: dict[tuple[UUID, str], Copy | None] = {}
        self._taken: set[str] = set()

    @property
    def count(self) -> int:
        """Count the copies that were taken."""
        return len(self._taken)

    async def illustrated(self, post: ExportedPost) -> tuple[Illustrated, list[Copy]]:
        """Return a post that shows copies, and those that no post before it shows."""
        # a long text takes seconds
        placed, copies = await asyncio.to_thread(self._placed, post), list[Copy]()
        pictures = await self._pictures(post, placed)
        changes = []
        for place, picture_id, name in placed:
            if copy := await self._copy(post, pictures.get(picture_id), picture_id, name):
                changes.append((place, self._address(copy)))
                copies.append(copy)
        cover = await self._cover(post, pictures)
        copies += [cover] if cover else []
        whole = post.model_copy(update={"body": with_addresses(post.body, changes)})
        alts = {self._address(copy): copy.alt for copy in copies if copy.alt}
        illustrated = Illustrated(whole, self._address(cover) if cover else None, alts)
        return illustrated, list(self._new_among(copies))

    def pieces(self, copy: Copy) -> AsyncIterator[bytes]:
        """Read a copy's content; raises NotFound and FilesUnavailable."""
        return self._files.pieces(copy.file, 0, copy.file.bytes)

    def _placed(self, post: ExportedPost) -> list[_Placed]:
        if f"/{_FOLDER}/" not in post.body:
            return []
        places = self._renderer.placed(post.body)
        found = [(place, _ADDRESS.fullmatch(place.address)) for place in places]
        return [(place, UUID(of[1]), unquote(of[2])) for place, of in found if of]

    async def _pictures(
        self, post: ExportedPost, placed: Iterable[_Placed]
    ) -> Mapping[UUID, ShownPicture]:
        wanted = {picture_id for _, picture_id, _ in placed}
        wanted |= {post.cover_id} if post.cover_id else set()
        return await self._files.shown(wanted) if wanted else {}

    async def _cover(
        self, post: ExportedPost, pictures: Mapping[UUID, ShownPicture]
    ) -> Copy | None:
        if post.cover_id is None:
            return None
        shown = pictures.get(post.cover_id)
        name = unquote(shown.url.rpartition("/")[2]) if shown else ""
        return await self._copy(post, shown, post.cover_id, name)

    async def _copy(
        self, post: ExportedPost, shown: ShownPicture | None, picture_id: UUID, name: str
    ) -> Copy | None:
        key = picture_id, name
        if key not in self._known:
            self._known[key] = await self._found(shown, name) if shown else None
        if self._known[key] is None:
            self.left.append((post.slug, picture_id))
        return self._known[key]

    async def _found(self, shown: ShownPicture, name: str) -> Copy | None:
        digest = sha256()
        try:
            file = await self._files.find(shown.id, name)
            async for piece in self._files.pieces(file, 0, file.bytes):
                digest.update(piece)
        except NotFound:
            return None
        # of the content, so that the export of an import has the same names
        return Copy(f"{_FOLDER}/{digest.hexdigest()[:_DIGITS]}/{name}", file, shown.alt)

    def _new_among(self, copies: Iterable[Copy]) -> Iterator[Copy]:
        for copy in copies:
            # two users may have the same picture
            if copy.path not in self._taken:
                self._taken.add(copy.path)
                yield copy

    def _address(self, copy: Copy) -> str:
        return f"{self._way}{quote(copy.path)}"
