"""What the handlers of posts need from outside."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol
from uuid import UUID

from pydantic import Field

from application.pages import PageQuery
from application.post.views import PostPage, PostView
from domain.post import TAGS_LIMIT, AddressKind, Post, Status
from domain.user import USERNAME_LIMIT, Caller

SEARCH_LIMIT = 500


class Listing(StrEnum):
    """Which posts a list shows; `deleted` ones are in no other list."""

    DRAFT = Status.DRAFT
    SCHEDULED = Status.SCHEDULED
    PUBLISHED = Status.PUBLISHED
    ARCHIVED = Status.ARCHIVED
    DELETED = "deleted"


class Sort(StrEnum):
    """The order of a list."""

    NEWEST = "-published_at"
    OLDEST = "published_at"
    UPDATED = "-updated_at"
    TITLE = "title"


class PostsQuery(PageQuery):
    """Which posts, in which order, and how many of them."""

    author: str | None = Field(default=None, min_length=1, max_length=USERNAME_LIMIT)
    tag: tuple[str, ...] = Field(default=(), max_length=TAGS_LIMIT)
    status: Listing = Listing.PUBLISHED
    favorited_by: str | None = Field(default=None, min_length=1, max_length=USERNAME_LIMIT)
    feed: Literal["following"] | None = None
    q: str | None = Field(default=None, min_length=1, max_length=SEARCH_LIMIT)
    sort: Sort = Sort.NEWEST


class PostReader(Protocol):
    """Selects straight into views."""

    async def get(self, key: UUID | str, seen_by: Caller | None) -> PostView | None:
        """Give a post by its id, or by a present or former slug; None where it may not be seen."""

    async def slug_at(self, address: str, seen_by: Caller | None) -> str | None:
        """Give the slug of the post to which an address leads; None where it may not be seen."""

    async def written_by(self, user_id: UUID, post_ids: Sequence[UUID]) -> set[UUID]:
        """Give those of the posts that a user wrote."""

    async def page(self, query: PostsQuery, seen_by: Caller | None) -> PostPage: ...


class PostRepository(Protocol):
    """Loads and stores posts, and keeps their addresses: each is given out once, for ever."""

    async def get(self, post_id: UUID) -> Post:
        """Load a post, deleted or not; raises NotFound."""

    async def get_locked(self, post_id: UUID) -> Post:
        """Load a post that nobody else changes until the transaction ends; raises NotFound."""

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

    async def written_at(self, slugs: Iterable[str]) -> dict[str, datetime]:
        """Give when the posts were written to which these slugs lead, deleted ones too."""


class FavoriteRepository(Protocol):
    """Stores who favours which post, and counts it on the post, which must be locked."""

    async def add(self, user_id: UUID, post: Post) -> None:
        """Store that a user favours a post; does nothing where that is so."""

    async def remove(self, user_id: UUID, post: Post) -> None:
        """Forget it; does nothing where it is not so."""

    async def count(self, post_id: UUID) -> int: ...
