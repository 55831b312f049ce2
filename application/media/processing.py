"""The job that makes of an upload what is shown."""

from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import BinaryIO
from uuid import UUID

from application.clock import Clock
from application.files import FileStore
from application.handlers import command_handler
from application.job.ports import Item, JobRepository, Lease
from application.media.ports import (
    ORIGINAL,
    SENT,
    UPLOAD,
    Made,
    PictureDecoder,
    PictureRepository,
)
from application.unit_of_work import WriteUnitOfWork
from domain.errors import Invalid, NotFound
from domain.job import Job
from domain.picture import Picture, Shape, Size, State

KIND = "process_picture"
_GIVEN_UP = "It could not be processed, though it was tried several times: send it again."


def processing_of(picture: Picture, now: datetime) -> Job:
    """Make the job that processes a picture."""
    return Job.queued(KIND, {"picture_id": picture.id.hex}, picture.owner_id, now)


class ProcessingService:
    """The transactions of one job."""

    def __init__(self, write_uow: WriteUnitOfWork, clock: Clock, lease: Lease) -> None:
        self.write_uow = write_uow
        self.clock = clock
        self.lease = lease

    @command_handler
    async def begin(self, picture_id: UUID, *, is_last: bool) -> Picture | None:
        """Return the picture; None where it is gone. The last attempt begins as a failure: who
        kills its worker leaves nobody to say so."""
        try:
            picture = await self.write_uow[PictureRepository].get(picture_id)
        except NotFound:
            return None
        if picture.state is State.UPLOADING:
            return None
        if is_last and picture.state is State.PROCESSING:
            picture.fail(_GIVEN_UP)
            await self._store(picture)
        return picture

    @command_handler
    async def become_ready(
        self, picture_id: UUID, shape: Shape, size: int, sizes: tuple[Size, ...]
    ) -> None:
        """Show what was made; raises LeaseLost."""
        picture = await self.write_uow[PictureRepository].get(picture_id)
        picture.become_ready(shape, size, sizes)
        await self._store(picture)
        await self.write_uow[JobRepository].add_item(self.lease, Item("made", {"status": "made"}))

    @command_handler
    async def fail(self, picture_id: UUID, reason: str) -> None:
        """Say why it can't be shown, and end the job; raises LeaseLost."""
        picture = await self.write_uow[PictureRepository].get(picture_id)
        picture.fail(reason)
        await self._store(picture)
        await self.write_uow[JobRepository].finish(self.lease, {"failed": reason})

    @command_handler
    async def end(self) -> None:
        """End the job; raises LeaseLost."""
        await self.write_uow[JobRepository].finish(self.lease, None)

    async def _store(self, picture: Picture) -> None:
        self.write_uow.advance_position_of(picture.owner_id)
        picture.updated_at = self.clock()
        await self.write_uow[PictureRepository].store(picture)


@dataclass(frozen=True, slots=True)
class ProcessingRun:
    """Processes one picture; each step can be repeated, and a repetition skips what is done."""

    service: ProcessingService
    files: FileStore
    decoder: PictureDecoder
    is_last: bool

    async def run(self, picture_id: UUID) -> None:
        """Process a picture, and end the job; raises LeaseLost, FilesUnavailable and NotDecoded."""
        picture = await self.service.begin(picture_id, is_last=self.is_last)
        if picture and picture.state is not State.READY:
            try:
                await self._make(picture)
            except Invalid as refusal:
                await self.service.fail(picture_id, str(refusal))
                return
        if picture:
            await self.files.delete(f"{picture_id.hex}/{SENT}")
        await self.service.end()

    async def _make(self, picture: Picture) -> None:
        place, size = f"{picture.id.hex}/{UPLOAD}", picture.byte_count
        with TemporaryFile() as sent:
            async for piece in self.files.pieces(place, 0, size):
                sent.write(piece)
            sent.flush()
            async with self.decoder.made(sent) as made:
                await self._keep(picture.id, made)

    async def _keep(self, picture_id: UUID, made: Made) -> None:
        sizes = [await self._put(picture_id, *size) for size in made.sizes]
        await self.files.put(f"{picture_id.hex}/{ORIGINAL}", made.original)
        size = _length(made.original)
        await self.service.become_ready(picture_id, made.shape, size, tuple(sizes))

    async def _put(self, picture_id: UUID, width: int, height: int, content: BinaryIO) -> Size:
        await self.files.put(f"{picture_id.hex}/{width}", content)
        return Size(width, height, _length(content))


def _length(content: BinaryIO) -> int:
    return content.seek(0, 2)
