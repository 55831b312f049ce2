"""Ports of articles."""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from application.article.marks import Marks
from application.article.views import (
    ArticleAuthorView,
    ArticleCommentsView,
    ArticleCommentView,
    ArticlesView,
    ArticleTagsView,
    ArticleView,
)
from domain.caller import Onlooker

LIMITS = (1, 100)
OFFSETS = (0, 2**63 - 1)  # to what the databases take
_DEFAULT_LIMIT = 20


class ArticlesPage(BaseModel):
    """The page of a list; what is out of range, or no number, becomes the nearest page."""

    model_config = ConfigDict(frozen=True)

    limit: int = Field(default=_DEFAULT_LIMIT, ge=LIMITS[0], le=LIMITS[1])
    offset: int = Field(default=0, ge=OFFSETS[0], le=OFFSETS[1])

    @field_validator("limit", mode="before")
    @classmethod
    def _clamped_limit(cls, sent: object) -> int:
        return _clamped(sent, _DEFAULT_LIMIT, *LIMITS)

    @field_validator("offset", mode="before")
    @classmethod
    def _clamped_offset(cls, sent: object) -> int:
        return _clamped(sent, 0, *OFFSETS)


class ArticlesQuery(ArticlesPage):
    """Filters and page of a list of articles; an empty filter is none."""

    tag: str | None = None
    author: str | None = None
    favorited: str | None = None

    @field_validator("tag", "author", "favorited")
    @classmethod
    def _empty_is_none(cls, sent: str | None) -> str | None:
        return sent or None


class ArticleReader(Protocol):
    """Selects published posts as articles, and their comments and authors, without marks."""

    async def article(self, key: UUID | str, seen_by: Onlooker) -> ArticleView | None:
        """Return an article by its post's id, or by the slug that it has now, with its body if
        they may read it."""

    async def post_id(self, address: str) -> UUID | None:
        """Return the id of the article that has or had this slug."""

    async def page(self, query: ArticlesQuery) -> ArticlesView:
        """Return the number of all articles of a list and a page of it, the newest first."""

    async def feed(self, page: ArticlesPage, follower: UUID) -> ArticlesView:
        """Return the same of the articles by authors whom a user follows."""

    async def comment(self, post_id: UUID, number: int) -> ArticleCommentView | None: ...

    async def comments(self, slug: str) -> ArticleCommentsView | None:
        """Return the comments on the article that has this slug now; None where there is none."""

    async def author(self, username: str) -> ArticleAuthorView | None:
        """Return a user's profile, by a name compared without case."""

    async def tags(self) -> ArticleTagsView: ...

    async def marks(self, user_id: UUID, limit: int) -> Marks:
        """Return a user's marks: whole where there are at most `limit` of each kind."""

    async def marks_among(
        self, slugs: Collection[str], usernames: Collection[str], user_id: UUID
    ) -> Marks:
        """Return those of a user's marks that are on these articles and authors."""


def _clamped(sent: object, default: int, least: int, most: int) -> int:
    try:
        # cut, as Python does not read numbers of thousands of digits
        return min(max(int(str(sent)[:20]), least), most)
    except ValueError:
        return default
