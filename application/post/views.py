"""Views of posts: their JSON is that of the API."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from application.media.views import ShownPicture
from application.pages import Page
from application.user.views import AuthorView
from application.views import View
from domain.post import Status


class PostSummary(View):
    """A post in a list: all but its body."""

    id: UUID = Field(examples=["0198c5b2-7a10-7f3c-8d2e-5a6b7c8d9e0f"])
    slug: str = Field(examples=["stop-the-presses"])
    title: str = Field(examples=["Stop the presses"])
    summary: str | None = Field(examples=["What the compositor found."])
    tags: tuple[str, ...] = Field(examples=[["news", "Ink"]])
    status: Status = Field(examples=["published"])
    author: AuthorView
    byline: str | None = Field(examples=[None])
    cover: ShownPicture | None = Field(examples=[None])
    version: int = Field(examples=[2])
    favorites_count: int = Field(examples=[3])
    comments_count: int = Field(examples=[1])
    created_at: datetime = Field(examples=["2026-01-02T03:04:05.678901Z"])
    updated_at: datetime = Field(examples=["2026-01-02T04:00:00Z"])
    published_at: datetime | None = Field(examples=["2026-01-02T03:30:00Z"])


class PostView(PostSummary):
    """A post. Its ETag begins with its version, by which alone `If-Match` goes."""

    body: str = Field(examples=["Mended."], description="Markdown.")

    def _etag(self, digest: str) -> str:
        return f'"{self.version}-{digest}"'

    def _slug(self) -> str:
        return self.slug


class DeletedSummary(PostSummary):
    """A deleted post in a list, for its author and editors."""

    deleted_at: datetime


class DeletedPostView(PostView):
    """A deleted post, for its author and editors."""

    deleted_at: datetime


class PostPage(Page[DeletedSummary | PostSummary]):
    """A page of posts."""


class FavoriteView(View):
    """The number of a post's favourites, and whether it is one of the caller's."""

    favorites_count: int = Field(examples=[3])
    favorited: bool = Field(examples=[True])
