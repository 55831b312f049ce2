"""What the handlers of posts need from outside."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from application.post.views import PostPage, PostView
from domain.post import TAGS_LIMIT, AddressKind, Post, Status
from domain.user import USERNAME_LIMIT, Caller

OFFSET_LIMIT = 10_000
TOTAL_LIMIT = 10_000


class Listing(StrEnum):
    """Which posts a list shows; `deleted` ones are in no other list."""

    DRAFT = Status.DRAFT
    PUBLISHED = Status.PUBLISHED
    ARCHIVED = Status.ARCHIVED
    DELETED = "deleted"


class Sort(StrEnum):
    """The order of a list."""

    NEWEST = "-published_at"
    OLDEST = "published_at"


class PostsQuery(BaseModel):
    """Which posts, in which order, and how many of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit: int = Field(default=20, ge=1, le=100)
    cursor: str | None = Field(default=None, min_length=1, max_length=500)
    offset: int | None = Field(default=None, ge=0, le=OFFSET_LIMIT)
    author: str | None = Field(default=None, min_length=1, max_length=USERNAME_LIMIT)
    tag: tuple[str, ...] = Field(default=(), max_length=TAGS_LIMIT)
    status: Listing = Listing.PUBLISHED
    sort: Sort = Sort.NEWEST

    @model_validator(mode="after")
    def _one_way_to_page(self) -> Self:
        if self.cursor is not None and self.offset is not None:
            raise ValueError("cursor and offset exclude each other: send one of them")
        return self


class PostReader(Protocol):
    """Selects straight into views."""

    async def get(self, key: UUID | str, seen_by: Caller | None) -> PostView | None:
        """Give a post by its id, or by a present or former slug; None where it may not be seen."""

    async def page(self, query: PostsQuery, seen_by: Caller | None) -> PostPage: ...


class PostRepository(Protocol):
    """Loads and stores posts, and keeps their addresses: each is given out once, for ever."""

    async def get(self, post_id: UUID) -> Post:
        """Load a post, deleted or not; raises NotFound."""

    async def add(self, post: Post) -> None: ...

    async def store(self, post: Post) -> None:
        """Store a changed post and raise its version; raises ConcurrentChange."""

    async def claim(self, address: str, post_id: UUID, kind: AddressKind) -> bool:
        """Take an address for a post; False where another post has or had it."""

    async def free_slug(self, stem: str) -> str:
        """Give the first of stem-2, stem-3, … that is free now."""

    async def claimed(self, wanted: Iterable[str]) -> set[str]:
        """Give those of the addresses that are taken."""

    async def imported_from(self, paths: Iterable[str]) -> set[str]:
        """Give those of the paths from which a post was imported."""
