"""What all views have in common."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from hashlib import blake2b
from typing import Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

JSON = "application/json"


class ToMembers(IntEnum):
    """What authenticated callers get where anonymous ones get some answer; the highest one of its
    parts is that of a whole."""

    SAME = 0
    SHARED = 1  # another answer, the same for all of them
    OWN = 2  # each of them may get another one


@dataclass(frozen=True, slots=True)
class Encoded:
    """An encoded view: its JSON or another representation, its ETag, and what a route needs to
    answer with it."""

    content: bytes
    etag: str
    slug: str = ""  # of a post
    next_cursor: str = ""  # of a page that is not the last
    media_type: str = JSON
    modified: datetime | None = None  # when the newest of what it shows was changed
    to_members: ToMembers = ToMembers.SAME

    @classmethod
    def of(cls, content: bytes) -> "Encoded":
        """Encode JSON that is not a view's own."""
        return cls(content, f'"{_digest(content)}"')


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=8).hexdigest()


class View(BaseModel):
    """An immutable answer."""

    model_config = ConfigDict(frozen=True)

    def encoded(self) -> Encoded:
        """Return its JSON and its ETag."""
        content = self.__pydantic_serializer__.to_json(self)
        etag = self._etag(_digest(content))
        return Encoded(
            content, etag, self._slug(), self._next_cursor(), to_members=self._to_members()
        )

    def represented(
        self, content: bytes, media_type: str, modified: datetime | None = None
    ) -> Encoded:
        """Return another representation of it; its ETag is weak, as it may be compressed."""
        etag = f'W/"{_digest(content)}"'
        return Encoded(content, etag, self._slug(), "", media_type, modified)

    def _etag(self, digest: str) -> str:
        return f'"{digest}"'

    def _slug(self) -> str:
        return ""

    def _next_cursor(self) -> str:
        return ""

    def _to_members(self) -> ToMembers:
        return ToMembers.SAME


V_contra = TypeVar("V_contra", bound=View, contravariant=True)


class Representation(Protocol[V_contra]):
    """A representation of views other than their JSON, such as a page; cached under its name."""

    @property
    def name(self) -> str: ...

    def encoded(self, view: V_contra) -> Encoded:
        """Return this representation of a view."""
