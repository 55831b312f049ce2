"""What readers of posts get: the JSON of these models is the native API's shape."""

from datetime import datetime
from uuid import UUID

from application.pages import Page
from application.user.views import AuthorView
from application.views import View
from domain.post import Status


class PostSummary(View):
    """A post in a list: all but its body."""

    id: UUID
    slug: str
    title: str
    summary: str | None
    tags: tuple[str, ...]
    status: Status
    author: AuthorView
    byline: str | None
    version: int
    favorites_count: int
    comments_count: int
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None


class PostView(PostSummary):
    """A post. Its ETag begins with its version, by which alone `If-Match` goes."""

    body: str

    def _etag(self, digest: str) -> str:
        return f'"{self.version}-{digest}"'

    def _slug(self) -> str:
        return self.slug


class EditorialSummary(PostSummary):
    """A post in a list, as its author and editors see it."""

    deleted_at: datetime | None


class EditorialPostView(PostView):
    """A post, as its author and editors see it."""

    deleted_at: datetime | None


class PostPage(Page):
    """A page of posts."""

    items: tuple[EditorialSummary | PostSummary, ...]


class FavoriteView(View):
    """How many favour a post, and whether the caller does."""

    favorites_count: int
    favorited: bool
