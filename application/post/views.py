"""Views of posts: their JSON is that of the API."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field, PrivateAttr

from application.licence.views import OfferView
from application.media.views import ShownPicture
from application.pages import Page
from application.user.views import AuthorView
from application.views import Closed, View, closed_in
from domain.post import Access, Kind, Status

_OF_READERS = frozenset({"may_read", "body", "html"})  # fields that differ between callers
_HTML = Field(
    examples=["<p>Mended.</p>"],
    description="The text as HTML: safe to show; its headings begin at h2, its code is coloured by"
    " the class names of Pygments. Null where the caller may not read it.",
)


class PostSummary(View):
    """A post in a list: all but its body."""

    id: UUID = Field(examples=["0198c5b2-7a10-7f3c-8d2e-5a6b7c8d9e0f"])
    author_id: UUID | None = Field(default=None, exclude=True)  # not shown: it tells who owns it
    slug: str = Field(examples=["stop-the-presses"])
    title: str = Field(examples=["Stop the presses"])
    summary: str | None = Field(examples=["What the compositor found."])
    excerpt: str = Field(
        examples=["What the compositor found."],
        description="The summary, or the first 200 characters of the text without marks.",
    )
    reading_minutes: int = Field(examples=[1])
    tags: tuple[str, ...] = Field(examples=[["news", "Ink"]])
    status: Status = Field(examples=["published"])
    kind: Kind = Field(examples=["post"])
    author: AuthorView
    byline: str | None = Field(examples=[None])
    cover: ShownPicture | None = Field(examples=[None])
    version: int = Field(examples=[2])
    favorites_count: int = Field(examples=[3])
    comments_count: int = Field(examples=[1])
    created_at: datetime = Field(examples=["2026-01-02T03:04:05.678901Z"])
    updated_at: datetime = Field(examples=["2026-01-02T04:00:00Z"])
    published_at: datetime | None = Field(examples=["2026-01-02T03:30:00Z"])
    access: Access = Field(examples=["public"], description="Who may read its text.")
    may_read: bool = Field(examples=[True], description="Whether the caller may.")
    offer: OfferView | None = Field(
        examples=[None], description="The one in force, where `access` is `offer`."
    )

    def _closed(self) -> Closed | None:
        return closed_post(self.access, self.id, self.author_id, may_read=self.may_read)


def closed_post(
    access: Access, post_id: UUID, author_id: UUID | None, *, may_read: bool
) -> Closed | None:
    """Return what is closed in a post that was selected for some, and whether those may read it."""
    if access is Access.OFFER:
        return Closed(lacks_members=False, for_holders=((post_id, author_id),))
    is_for_members = access is Access.MEMBERS and not may_read
    return Closed(lacks_members=True) if is_for_members else None


class PostView(PostSummary):
    """A post. Its ETag begins with its version, by which alone `If-Match` goes."""

    body: str | None = Field(
        examples=["Mended."], description="Markdown; null where the caller may not read it."
    )

    def _etag(self, digest: str) -> str:
        return f'"{self.version}-{digest}"'

    def _slug(self) -> str:
        return self.slug


class Neighbour(View):
    """The post that was published before or after another one."""

    slug: str = Field(examples=["stop-the-presses"])
    title: str = Field(examples=["Stop the presses"])


class PostWithText(PostView):
    """A post to read. Its ETag begins with its version, by which alone `If-Match` goes."""

    html: str | None = _HTML
    previous: Neighbour | None = Field(description="The public post before it, by publication.")
    next: Neighbour | None = Field(description="The public post after it, by publication.")


class DeletedSummary(PostSummary):
    """A deleted post in a list, for its author and editors."""

    deleted_at: datetime


class DeletedPostView(PostView):
    """A deleted post, for its author and editors."""

    deleted_at: datetime


class DeletedPostWithText(PostWithText):
    """A deleted post to read, for its author and editors."""

    deleted_at: datetime


class SummaryWithText(PostSummary):
    """A post in a list with `include=html`."""

    html: str | None = _HTML


class DeletedSummaryWithText(SummaryWithText):
    """A deleted post in a list with `include=html`."""

    deleted_at: datetime


Listed = DeletedSummaryWithText | SummaryWithText | DeletedSummary | PostSummary


class PostPage(Page[Listed]):
    """A page of posts."""

    def _closed(self) -> Closed | None:
        return closed_in(item._closed() for item in self.items)


class PartOfPost(View):
    """Some fields of a post, by their names."""

    model_config = ConfigDict(extra="allow")

    _version: int = PrivateAttr(default=0)
    _address: str = PrivateAttr(default="")
    _is_closed: Closed | None = PrivateAttr(default=None)

    @classmethod
    def of(cls, post: PostSummary, names: Collection[str]) -> "PartOfPost":
        """Return a post's fields with these names, in its own order."""
        fields = {name: value for name, value in post if name in names}
        part = cls.model_construct(**fields)
        part._version, part._address = post.version, post.slug
        if _OF_READERS & fields.keys():
            part._is_closed = post._closed()
        return part

    def _etag(self, digest: str) -> str:
        return f'"{self._version}-{digest}"'

    def _slug(self) -> str:
        return self._address

    def _closed(self) -> Closed | None:
        return self._is_closed


class PartsOfPosts(Page[PartOfPost]):
    """A page of posts, with some fields of each."""

    def _closed(self) -> Closed | None:
        return closed_in(part._closed() for part in self.items)


class FavoriteView(View):
    """The number of a post's favourites, and whether it is one of the caller's."""

    favorites_count: int = Field(examples=[3])
    favorited: bool = Field(examples=[True])
