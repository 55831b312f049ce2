"""Views of the pages that people read, and of the feeds and maps that programs follow."""

from datetime import datetime
from urllib.parse import urlsplit

from application.blog.views import PublicBlogView
from application.comment.views import CommentView
from application.post.views import PostPage, PostSummary, PostWithText, SummaryWithText
from application.tag.views import TagList
from application.user.views import PersonView
from application.views import View
from domain.blog import BlogSettings
from domain.post import Kind


class SiteView(View):
    """What every page shows: the blog's settings; `base` begins its public addresses, `root` those
    of its links."""

    base: str
    root: str
    blog: PublicBlogView


def site_of(base: str, settings: BlogSettings) -> SiteView:
    blog = PublicBlogView.model_validate(settings, from_attributes=True)
    return SiteView(base=base, root=urlsplit(base).path.rstrip("/"), blog=blog)


class SitePage(View):
    """A page."""

    site: SiteView


class PostsPage(SitePage):
    """One of the numbered pages of a list of posts."""

    posts: PostPage
    number: int
    numbers: int  # how many pages there are


class TagPage(PostsPage):
    """Posts with a tag."""

    tag: str


class AuthorPage(PostsPage):
    """An author, and posts."""

    author: PersonView


class FoundPost(View):
    """A post that was found, with the part of its text that has the first of the words, or its
    excerpt where not all may read it."""

    post: PostSummary
    part: str


class SearchPage(SitePage):
    """What a search found; `fault` says why it could not search."""

    q: str
    fault: str = ""
    found: tuple[FoundPost, ...] = ()
    total: int = 0
    number: int = 1
    numbers: int = 1


class CommentText(CommentView):
    """A comment, rendered."""

    html: str


class ArticlePage(SitePage):
    """A post with its comments, the first ones first."""

    post: PostWithText
    comments: tuple[CommentText, ...]

    def _slug(self) -> str:
        return self.post.slug


class TagsPage(SitePage):
    """The tags of the blog."""

    tags: TagList


class MonthView(View):
    """How many posts were published in a month of the UTC calendar."""

    year: int
    month: int
    posts_count: int


class ArchivePage(SitePage):
    """The months of the blog, the newest first."""

    months: tuple[MonthView, ...]


class DatedPost(View):
    """The title of a post, and when it was published."""

    slug: str
    title: str
    published_at: datetime


class YearPage(SitePage):
    """The posts of a year, the newest first."""

    year: int
    posts: tuple[DatedPost, ...]


class FeedView(SitePage):
    """A feed: the newest posts, of all or of one tag or author, whose page is at `path`."""

    name: str
    path: str
    posts: tuple[SummaryWithText, ...]
    updated_at: datetime | None


class MappedPage(View):
    """A page in a sitemap."""

    slug: str
    kind: Kind
    updated_at: datetime


class SitemapView(SitePage):
    """A part of the sitemap; `parts` is how many there are."""

    pages: tuple[MappedPage, ...]
    parts: int


class ErrorPage(SitePage):
    """Why there is no page."""

    title: str
    detail: str
