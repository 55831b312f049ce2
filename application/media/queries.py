"""Queries of pictures."""

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from application.callers import authenticated
from application.files import FileMissing, FileStore
from application.finding import found
from application.handlers import query_handler
from application.media.ports import PictureReader, ShownFile
from application.media.views import PicturePage, PictureView, ShownPicture
from application.pages import PageQuery
from application.services import Queries
from application.unit_of_work import ReadUnitOfWork
from domain.errors import NotFound


class PictureQueryService(Queries):
    """Reads pictures for one caller."""

    @query_handler
    async def get_picture(self, picture_id: UUID) -> PictureView:
        """Return a picture; raises NotFound, also where it is another's."""
        seen_by = authenticated(self.caller)
        return found(await self.read_uow[PictureReader].get(picture_id, seen_by), "picture")

    @query_handler
    async def get_pictures(self, query: PageQuery) -> PicturePage:
        """Return the total and a page: of all pictures for editors, else of the caller's own."""
        return await self.read_uow[PictureReader].page(query, seen_by=authenticated(self.caller))


@dataclass(frozen=True, slots=True)
class PictureFileService:
    """Reads the files of pictures that are ready, for anyone."""

    read_uow: ReadUnitOfWork
    files: FileStore

    @query_handler
    async def shown(self, picture_ids: Collection[UUID]) -> Mapping[UUID, ShownPicture]:
        """Return those of some pictures that are ready."""
        return await self.read_uow[PictureReader].shown(picture_ids)

    @query_handler
    async def find(self, picture_id: UUID, name: str) -> ShownFile:
        """Return the file of this name; raises NotFound."""
        return found(await self.read_uow[PictureReader].file(picture_id, name), "picture")

    async def pieces(self, file: ShownFile, start: int, length: int) -> AsyncIterator[bytes]:
        """Read a part of a file; raises NotFound and FilesUnavailable."""
        try:
            async for piece in self.files.pieces(file.place, start, length):
                yield piece
        except FileMissing as error:
            raise NotFound("picture") from error
