"""The upload of a picture: its row is there before its file, so that no file is without one."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO
from uuid import UUID

from application.callers import authenticated
from application.clock import Clock
from application.files import FileStore, FilesUnavailable
from application.finding import found
from application.handlers import command_handler
from application.job.ports import JobRepository
from application.media.ports import (
    UPLOAD,
    NotDecoded,
    PictureDecoder,
    PictureReader,
    PictureRepository,
)
from application.media.processing import processing_of
from application.media.views import PictureView
from application.services import Commands
from application.unit_of_work import WriteUnitOfWork
from domain.caller import Caller
from domain.errors import Invalid, Taken
from domain.picture import Picture, Shape

_PIECE_BYTES = 262_144


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent, and what was said of it; `alt` is None where nothing was."""

    name: str
    size: int  # bytes
    content: BinaryIO
    alt: str | None


class UploadService(Commands):
    """Takes pictures of one caller."""

    def __init__(
        self,
        write_uow: WriteUnitOfWork,
        caller: Caller | None,
        clock: Clock,
        files: FileStore,
        decoder: PictureDecoder,
    ) -> None:
        super().__init__(write_uow, caller, clock)
        self.files = files
        self.decoder = decoder

    async def upload(self, sent: Upload) -> PictureView:
        """Store a picture and have it processed; one that the caller has sent before is that one.
        Raises Invalid for what is no picture."""
        owner = authenticated(self.caller)
        shape = await self._looked_at(sent.content)
        digest = await asyncio.to_thread(_digest_of, sent.content)
        picture = Picture.uploaded(owner.id, sent.name, shape, sent.size, self.clock())
        picture.describe(sent.alt or "")
        if known := await self._begin(picture, digest, sent.alt):
            return known
        try:
            await self.files.put(f"{picture.id.hex}/{UPLOAD}", sent.content)
            return await self._end(picture.id, digest)
        except Taken:
            # sent twice at once: the other one was first
            await self._forget(picture.id)
            return found(await self._begin(picture, digest, sent.alt), "picture")
        except FilesUnavailable:
            await self._forget(picture.id)
            raise

    async def check(self, sent: Upload) -> None:
        """Raise Invalid for what `upload` would refuse."""
        await self._looked_at(sent.content)

    async def _looked_at(self, content: BinaryIO) -> Shape:
        try:
            return await self.decoder.look(content)
        except NotDecoded as error:
            raise Invalid("file", str(error), "bad_picture") from error

    @command_handler
    async def _begin(self, picture: Picture, digest: bytes, alt: str | None) -> PictureView | None:
        """Return the picture that was made of the same file before, as it is now; where there is
        none, store that another one is on its way."""
        pictures = self.write_uow[PictureRepository]
        known = await pictures.sent_before(picture.owner_id, digest)
        if known is None:
            await pictures.add(picture)
            return None
        if known.come_back():
            await self._request(known)
        if alt is not None:
            known.describe(alt)
        return await self._stored(known)

    @command_handler
    async def _end(self, picture_id: UUID, digest: bytes) -> PictureView:
        """Show a picture whose file is stored, and have it processed; raises Taken where the same
        file was stored meanwhile."""
        picture = await self.write_uow[PictureRepository].get(picture_id)
        picture.digest = digest
        picture.process()
        await self._request(picture)
        return await self._stored(picture)

    async def _forget(self, picture_id: UUID) -> None:
        """Remove a picture whose upload failed; housekeeping removes what can't be removed now."""
        with suppress(FilesUnavailable):
            await self.files.delete(picture_id.hex)
            await self._remove(picture_id)

    @command_handler
    async def _remove(self, picture_id: UUID) -> None:
        await self.write_uow[PictureRepository].remove(picture_id)

    async def _request(self, picture: Picture) -> None:
        job = processing_of(picture, self.clock())
        await self.write_uow[JobRepository].add(job)

    async def _stored(self, picture: Picture) -> PictureView:
        seen_by = authenticated(self.caller)
        picture.updated_at = self.clock()
        await self.write_uow[PictureRepository].store(picture)
        return found(await self.write_uow[PictureReader].get(picture.id, seen_by), "picture")


def _digest_of(content: BinaryIO) -> bytes:
    content.seek(0)
    digest = sha256()
    while piece := content.read(_PIECE_BYTES):
        digest.update(piece)
    return digest.digest()
