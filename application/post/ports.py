"""Ports of posts."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple, Protocol
from uuid import UUID

from pydantic import Field

from application.pages import PageQuery
from application.ports import Repository
from application.post.views import Neighbour, PostPage, PostView
from domain.caller import Onlooker
from domain.post import TAGS_LIMIT, AddressKind, Post, Status
from domain.user import USERNAME_LIMIT

SEARCH_LIMIT = 500


class Listing(StrEnum):
    """The posts of a list, by status; `deleted` ones and published pages are in no other list."""

    DRAFT = Status.DRAFT
    SCHEDULED = Status.SCHEDULED
    PUBLISHED = Status.PUBLISHED
    ARCHIVED = Status.ARCHIVED
    DELETED = "deleted"
    PAGE = "page"  # published pages


class Sort(StrEnum):
    """The order of a list."""

    NEWEST = "-published_at"
    OLDEST = "published_at"
    UPDATED = "-updated_at"
    TITLE = "title"


class PostsQuery(PageQuery):
    """Filters, order and page of a list of posts."""

    author: str | None = Field(default=None, min_length=1, max_length=USERNAME_LIMIT)
    tag: tuple[str, ...] = Field(default=(), max_length=TAGS_LIMIT)
    status: Listing = Listing.PUBLISHED
    favorited_by: str | None = Field(default=None, min_length=1, max_length=USERNAME_LIMIT)
    feed: Literal["following"] | None = None
    q: str | None = Field(default=None, min_length=1, max_length=SEARCH_LIMIT)
    sort: Sort = Sort.NEWEST
    include: Literal["html"] | None = None


class Text(NamedTuple):
    """The Markdown of a post, and the address from which it was imported."""

    body: str
    path: str | None


class Surroundings(NamedTuple):
    """The address from which a post was imported, and the public posts that were published before
    and after it, if it is public."""

    path: str | None
    previous: Neighbour | None
    next: Neighbour | None


class PostReader(Protocol):
    """Selects rows as views."""

    async def get(self, key: UUID | str, seen_by: Onlooker) -> PostView | None:
        """Return a post by its id, or by a present or former slug, with its body if they may read
        it; None where it is not visible."""

    async def slug_at(self, address: str, seen_by: Onlooker) -> str | None:
        """Return the present slug of the post of an address; None where it is not visible."""

    async def page(self, query: PostsQuery, seen_by: Onlooker) -> PostPage:
        """Return the total and a page, without texts."""

    async def texts(self, post_ids: Collection[UUID]) -> dict[UUID, Text]:
        """Return the texts of posts that were selected before, for whoever may read them."""

    async def surroundings(self, post: PostView) -> Surroundings: ...


class PostRepository(Repository[Post], Protocol):
    """Loads and stores posts, deleted or not, and keeps their addresses: each is given out once,
    for ever."""

    async def get_locked(self, post_id: UUID) -> Post:
        """Load a post and lock it; raises NotFound."""

    async def claim(self, address: str, post_id: UUID, kind: AddressKind) -> bool:
        """Claim an address for a post; False where another post has or had it."""

    async def free_slug(self, stem: str) -> str:
        """Return the first of stem-2, stem-3, … that is free now."""

    async def claimed(self, wanted: Iterable[str]) -> set[str]:
        """Return those of the addresses that are taken."""

    async def claim_notification(self, post_id: UUID, job_id: UUID) -> bool:
        """Claim for a job that it notifies of a post; False where another job has."""

    async def of_author(self, author_id: UUID, limit: int) -> Sequence[Post]:
        """Load some of an author's posts that are not deleted."""

    async def imported_from(self, paths: Iterable[str]) -> set[str]:
        """Return those of the paths from which a post was imported."""

    async def written_at(self, slugs: Iterable[str]) -> dict[str, datetime]:
        """Return `created_at` of the posts with these slugs, deleted ones too."""


class FavoriteRepository(Protocol):
    """Stores favourites, and counts them on the post, which must be locked."""

    async def add(self, user_id: UUID, post: Post) -> None:
        """Add a favourite; does nothing where it exists."""

    async def remove(self, user_id: UUID, post: Post) -> None:
        """Remove it; does nothing where it does not exist."""

    async def count(self, post_id: UUID) -> int: ...
