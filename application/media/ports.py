"""Ports of pictures."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol
from uuid import UUID

from application.media.views import PicturePage, PictureView, ShownPicture
from application.pages import PageQuery
from application.ports import Repository
from domain.caller import Caller
from domain.picture import Picture, Shape

ORIGINAL = "original"
SENT = "sent"  # the folder of what was sent, until the original without metadata is there
UPLOAD = f"{SENT}/whole"


class NotDecoded(Exception):
    """The process that decodes a picture was killed, or ran out of memory or time."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of a picture: the shape and content of the original, and of smaller sizes."""

    shape: Shape
    original: BinaryIO
    sizes: Sequence[tuple[int, int, BinaryIO]]  # width, height, content


class PictureDecoder(Protocol):
    """Decodes pictures, each in a process with limits; raises Invalid for what is no picture that
    can be taken, and NotDecoded."""

    async def look(self, content: BinaryIO) -> Shape:
        """Decode a picture, and return its shape."""

    def made(self, content: BinaryIO) -> AbstractAsyncContextManager[Made]:
        """Make the original without metadata, and the smaller sizes; they are gone at the end of
        the block."""


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file that anyone may read, and where the store has it."""

    place: str
    type: str
    bytes: int


class PictureReader(Protocol):
    """Selects rows as views; pictures that were deleted, or are being uploaded, are not there."""

    async def get(self, picture_id: UUID, seen_by: Caller) -> PictureView | None:
        """Return a picture; None where there is none, or it is another's."""

    async def page(self, query: PageQuery, seen_by: Caller) -> PicturePage:
        """Return the caller's pictures, or all to editors, the newest first."""

    async def shown(self, picture_ids: Collection[UUID]) -> Mapping[UUID, ShownPicture]:
        """Return those of some pictures that are ready, deleted or not."""

    async def file(self, picture_id: UUID, name: str) -> ShownFile | None:
        """Return the file of this name of a picture that is ready, deleted or not."""


class PictureRepository(Repository[Picture], Protocol):
    """Loads and stores pictures, deleted or not."""

    async def sent_before(self, owner_id: UUID, digest: bytes) -> Picture | None:
        """Load the picture that an owner made of the same file."""

    async def expired(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Return the ids of pictures whose files are to go: of uploads that were broken off, of
        deleted pictures that nothing shows, and of those that nothing shows a week after their
        upload."""

    async def remove(self, picture_id: UUID) -> None:
        """Remove a picture whose files are gone."""
