"""The queries of feeds and of the sitemap, for programs that follow the blog."""

from typing import Any
from urllib.parse import quote

from application import cache_tags
from application.blog.ports import BlogReader
from application.caching import Cache, Tags, cached
from application.finding import found
from application.handlers import query_handler
from application.post.ports import PostsQuery
from application.post.queries import PostQueryService
from application.rendering import TextRenderer
from application.services import Queries
from application.site.ports import PAGES_OF_A_PART, SiteReader
from application.site.views import FeedView, SitemapView, site_of
from application.unit_of_work import ReadUnitOfWork
from application.user.ports import UserReader

_ENTRIES = 20
_TAGS: Tags = (cache_tags.POSTS, cache_tags.AUTHORS, cache_tags.BLOG)


class FeedQueryService(Queries):
    """Reads feeds; they are the same for all callers."""

    def __init__(self, read_uow: ReadUnitOfWork, cache: Cache, renderer: TextRenderer) -> None:
        super().__init__(read_uow, cache, caller=None)
        self._posts = PostQueryService(read_uow, cache, None, renderer)

    @query_handler
    @cached(ttl=30, tags=_TAGS)
    async def get_feed(self, base: str) -> FeedView:
        """Return the feed of all posts."""
        return await self._feed(base, "", "/")

    @query_handler
    @cached(ttl=30, tags=_TAGS)
    async def get_feed_of_tag(self, base: str, tag: str) -> FeedView:
        """Return the feed of a tag; raises NotFound where no post has it."""
        feed = await self._feed(base, tag, f"/tags/{quote(tag, safe='')}", tag=(tag,))
        found(feed.posts or None, "tag")
        return feed

    @query_handler
    @cached(ttl=30, tags=_TAGS)
    async def get_feed_of_author(self, base: str, username: str) -> FeedView:
        """Return the feed of an author; raises NotFound where there is none."""
        author = found(await self.read_uow[UserReader].person(username), "author")
        path = f"/authors/{quote(author.username, safe='')}"
        return await self._feed(base, author.display_name, path, author=author.username)

    @query_handler
    @cached(ttl=30, tags=_TAGS)
    async def get_sitemap(self, base: str, part: int) -> SitemapView:
        """Return a part of the sitemap, the first one by 1; raises NotFound beyond the last."""
        reader = self.read_uow[SiteReader]
        pages = tuple(await reader.mapped(part))
        parts = 1 if part == 1 and len(pages) < PAGES_OF_A_PART else await self._parts()
        if part > 1:
            found(pages or None, "part")
        settings = await self.read_uow[BlogReader].settings()
        return SitemapView(site=site_of(base, settings), pages=pages, parts=parts)

    async def _parts(self) -> int:
        return -(-await self.read_uow[SiteReader].mapped_count() // PAGES_OF_A_PART)

    async def _feed(self, base: str, name: str, path: str, **filters: Any) -> FeedView:
        settings = await self.read_uow[BlogReader].settings()
        query = PostsQuery(limit=_ENTRIES, include="html", **filters)
        posts = (await self._posts.get_posts(query)).items
        updated_at = max((post.updated_at for post in posts), default=None)
        return FeedView(
            site=site_of(base, settings), name=name, path=path, posts=posts, updated_at=updated_at
        )
