"""The picture: a file that a user has uploaded, its alternative text, and its smaller sizes."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from uuid import UUID

from domain.caller import Caller
from domain.errors import NotFound
from domain.ids import new_id
from domain.slug import stem_of
from domain.text import checked_note

ALT_LIMIT = 1000
REASON_LIMIT = 200
BYTES_LIMIT = 10 * 1_048_576
KEPT_UNSHOWN_FOR = timedelta(days=7)
UNTOUCHED_FOR = timedelta(hours=1)  # after which an upload is broken off, and nobody works on it
EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/gif": "gif",
}
WIDTHS = (320, 640, 1280, 1920)  # of the smaller sizes
SIZE_TYPE = "image/webp"
_SHOWN_LIMIT = 1000
_ADDRESS = re.compile(r"/media/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")
_STEM_LIMIT = 60
_NAMELESS = "picture"  # before a name, as `stem_of` calls what has no letter a post


class State(StrEnum):
    """The state of a picture."""

    UPLOADING = "uploading"  # not shown to anyone: its file is on its way to the store
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Size:
    """A smaller version of a picture, in pixels and bytes."""

    width: int
    height: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Shape:
    """The media type of a picture, and its pixels once it is the right way up."""

    type: str
    width: int
    height: int


@dataclass(slots=True)
class Picture:
    """A picture. `digest` is that of the uploaded file, once that is stored."""

    id: UUID
    owner_id: UUID
    name: str
    type: str
    byte_count: int
    width: int
    height: int
    alt: str
    digest: bytes | None
    sizes: tuple[Size, ...]
    state: State
    reason: str | None
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None

    @classmethod
    def uploaded(
        cls, owner_id: UUID, file_name: str, shape: Shape, size: int, now: datetime
    ) -> "Picture":
        """Make the picture of a file of `size` bytes that is on its way to the store."""
        return cls(
            id=new_id(),
            owner_id=owner_id,
            name=f"{_stem_of(file_name)}.{EXTENSIONS[shape.type]}",
            type=shape.type,
            byte_count=size,
            width=shape.width,
            height=shape.height,
            alt="",
            digest=None,
            sizes=(),
            state=State.UPLOADING,
            reason=None,
            version=1,
            created_at=now,
            updated_at=now,
        )

    @property
    def kept_bytes(self) -> int:
        return self.byte_count + sum(size.bytes for size in self.sizes)

    def describe(self, alt: str) -> None:
        """Set the text for those who do not see it; empty for a picture that only decorates."""
        self.alt = checked_note("alt", alt, ALT_LIMIT)

    def process(self) -> None:
        """Have it processed, for the first time or again."""
        self.state, self.reason = State.PROCESSING, None

    def become_ready(self, shape: Shape, size: int, sizes: tuple[Size, ...]) -> None:
        """Take what was made of the upload; the original has `size` bytes."""
        self.type, self.width, self.height = shape.type, shape.width, shape.height
        self.byte_count, self.sizes = size, sizes
        self.state, self.reason = State.READY, None

    def fail(self, reason: str) -> None:
        self.state, self.reason = State.FAILED, reason[:REASON_LIMIT]

    def delete(self, now: datetime) -> None:
        self.deleted_at = now

    def withdraw(self) -> None:
        """Take it from all lists and addresses, as its files are about to go."""
        self.state, self.digest = State.UPLOADING, None

    def come_back(self) -> bool:
        """Undo a deletion and a failure, as its file was sent again; returns whether it is to be
        processed again."""
        self.deleted_at = None
        if has_failed := self.state is State.FAILED:
            self.process()
        return has_failed

    def check_change_by(self, caller: Caller) -> None:
        """Raise NotFound for callers who may not see it in lists."""
        may = caller.id == self.owner_id or caller.edits_all_posts
        if not may or self.deleted_at or self.state is State.UPLOADING:
            raise NotFound("picture")


def pictures_in(text: str) -> frozenset[UUID]:
    """Return the pictures whose addresses are in a text, up to the first thousand."""
    return frozenset(UUID(found[1]) for found in islice(_ADDRESS.finditer(text), _SHOWN_LIMIT))


def name_of_size(name: str, width: int) -> str:
    """Return the name of a smaller size, which is never that of the picture itself."""
    return f"{name.rpartition('.')[0]}-{width}.{EXTENSIONS[SIZE_TYPE]}"


def _stem_of(file_name: str) -> str:
    """Return the first part of an address of a file name from any system, which may be a path."""
    last = file_name.replace("\\", "/").rpartition("/")[2]
    stem = last.rpartition(".")[0] or last
    made = stem_of(f"{_NAMELESS} {stem[:_STEM_LIMIT]}").removeprefix(_NAMELESS).strip("-")
    return made[:_STEM_LIMIT].strip("-") or _NAMELESS
