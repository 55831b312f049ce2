"""What all views have in common."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from itertools import chain
from typing import Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.caller import Audience, Caller

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Closed:
    """What in an answer is not for all: whether it lacks something that members get, and what is
    for its holders, by ids, each with its owner's."""

    lacks_members: bool
    for_holders: tuple[tuple[UUID, UUID | None], ...] = ()

    def depends_on_held(self, caller: Caller) -> bool:
        """Return whether it takes what a caller holds to know their audience."""
        return not caller.edits_all_posts and any(
            owner != caller.id for _, owner in self.for_holders
        )

    def audience_of(self, caller: Caller, held: Collection[UUID]) -> Audience:
        """Return the audience to which a caller who holds these things belongs."""
        read = [
            each
            for each, owner in self.for_holders
            if caller.edits_all_posts or owner == caller.id or each in held
        ]
        return Audience(tuple(sorted(read)))

    def covers(self, other: "Closed | None") -> bool:
        """Return whether nothing else is for holders in another answer."""
        return other is None or set(other.for_holders) <= set(self.for_holders)


def closed_in(parts: Iterable[Closed | None]) -> Closed | None:
    """Return what is closed in a whole, by its parts."""
    closed = [part for part in parts if part]
    if not closed:
        return None
    for_holders = chain.from_iterable(part.for_holders for part in closed)
    return Closed(any(part.lacks_members for part in closed), tuple(for_holders))


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
    closed: Closed | None = None  # None where it is for all

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
        return Encoded(content, etag, self._slug(), self._next_cursor(), closed=self._closed())

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

    def _closed(self) -> Closed | None:
        return None


V_contra = TypeVar("V_contra", bound=View, contravariant=True)


class Representation(Protocol[V_contra]):
    """A representation of views other than their JSON, such as a page; cached under its name."""

    @property
    def name(self) -> str: ...

    def encoded(self, view: V_contra) -> Encoded:
        """Return this representation of a view."""
