"""The queries of pages: each is cached, with its rendering, under the tags of what it shows."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from application import cache_tags
from application.blog.ports import BlogReader
from application.caching import Cache, Tags, cached
from application.comment.ports import CommentReader
from application.comment.views import CommentView
from application.finding import found
from application.handlers import query_handler
from application.media.ports import PictureReader
from application.pages import OFFSET_LIMIT, PageQuery
from application.post.excerpt import part_with
from application.post.ports import PostReader, PostsQuery, Text
from application.post.queries import PostQueryService
from application.post.views import PostPage, PostSummary, PostWithText
from application.rendering import TextRenderer
from application.services import Queries
from application.site.pictures import with_sizes
from application.site.ports import SiteReader
from application.site.views import (
    ArchivePage,
    ArticlePage,
    AuthorPage,
    CommentText,
    FoundPost,
    PostsPage,
    SearchPage,
    SiteView,
    TagPage,
    TagsPage,
    YearPage,
    site_of,
)
from application.tag.ports import TagReader
from application.unit_of_work import ReadUnitOfWork
from application.user.ports import UserReader
from domain.errors import Invalid, NotFound
from domain.ids import read_id
from domain.picture import pictures_in
from domain.post import Kind
from domain.text import folded

POSTS_ON_A_PAGE = 20
LAST_NUMBER = OFFSET_LIMIT // POSTS_ON_A_PAGE + 1
_COMMENTS_ON_A_PAGE = 100

_LISTS: Tags = (cache_tags.POSTS, cache_tags.AUTHORS, cache_tags.BLOG)


def _tags_of_post(base: str, slug: str) -> Tags:
    return (
        cache_tags.post(read_id(slug) or slug),
        cache_tags.ORDER,
        cache_tags.AUTHORS,
        cache_tags.BLOG,
    )


def _tags_of_author(base: str, username: str, number: int) -> Tags:
    return (*_LISTS, cache_tags.user(username))


class SiteQueryService(Queries):
    """Reads what pages show; it is the same for all callers."""

    def __init__(self, read_uow: ReadUnitOfWork, cache: Cache, renderer: TextRenderer) -> None:
        super().__init__(read_uow, cache, caller=None)
        self._posts = PostQueryService(read_uow, cache, None, renderer)
        self._renderer = renderer

    @query_handler
    @cached(ttl=30, tags=_LISTS)
    async def get_home(self, base: str, number: int) -> PostsPage:
        """Return the newest posts; raises NotFound beyond the last page."""
        return PostsPage(site=await self._site(base), **await self._list(number))

    @query_handler
    @cached(ttl=30, tags=_LISTS)
    async def get_tag(self, base: str, tag: str, number: int) -> TagPage:
        """Return the posts with a tag; raises NotFound where there are none."""
        posts = await self._list(number, tag=(tag,))
        name = _as_written(tag, found(posts["posts"].items or None, "tag"))
        return TagPage(site=await self._site(base), tag=name, **posts)

    @query_handler
    @cached(ttl=30, tags=_tags_of_author)
    async def get_author(self, base: str, username: str, number: int) -> AuthorPage:
        """Return an author's posts; raises NotFound where there is no such author."""
        author = found(await self.read_uow[UserReader].person(username), "author")
        posts = await self._list(number, author=author.username)
        return AuthorPage(site=await self._site(base), author=author, **posts)

    @query_handler
    @cached(ttl=30, tags=_tags_of_post)
    async def get_post(self, base: str, slug: str) -> ArticlePage:
        """Return a post with its comments, by a present or former slug or its id; raises
        NotFound."""
        return await self._article(base, slug, Kind.POST)

    @query_handler
    @cached(ttl=30, tags=_tags_of_post)
    async def get_page(self, base: str, slug: str) -> ArticlePage:
        """Return a page such as "About", by its slug; raises NotFound."""
        return await self._article(base, slug, Kind.PAGE)

    @query_handler
    @cached(ttl=30, tags=_LISTS)
    async def search(self, base: str, q: str, number: int) -> SearchPage:
        """Return what a search finds; raises NotFound beyond the last page."""
        site = await self._site(base)
        if not q:
            return SearchPage(site=site, q=q)
        try:
            posts = await self._list(number, q=q)
        except Invalid as error:
            return SearchPage(site=site, q=q, fault=str(error))
        total, numbers = posts["posts"].total, posts["numbers"]
        shown = await self._found(posts["posts"].items, q)
        return SearchPage(site=site, q=q, found=shown, total=total, number=number, numbers=numbers)

    @query_handler
    @cached(ttl=30, tags=(cache_tags.TAGS, cache_tags.BLOG))
    async def get_tags(self, base: str) -> TagsPage:
        """Return the tags that public posts have."""
        tags = await self.read_uow[TagReader].most_used()
        return TagsPage(site=await self._site(base), tags=tags)

    @query_handler
    @cached(ttl=30, tags=_LISTS)
    async def get_archive(self, base: str) -> ArchivePage:
        """Return how many posts each month has."""
        months = await self.read_uow[SiteReader].months()
        return ArchivePage(site=await self._site(base), months=tuple(months))

    @query_handler
    @cached(ttl=30, tags=_LISTS)
    async def get_year(self, base: str, year: int) -> YearPage:
        """Return the posts of a year; raises NotFound where there are none."""
        posts = tuple(await self.read_uow[SiteReader].of_year(year))
        return YearPage(site=await self._site(base), year=year, posts=found(posts or None, "year"))

    @query_handler
    @cached(ttl=30, tags=(cache_tags.BLOG,))
    async def get_site(self, base: str) -> SiteView:
        """Return what every page shows."""
        return await self._site(base)

    async def _site(self, base: str) -> SiteView:
        return site_of(base, await self.read_uow[BlogReader].settings())

    async def _list(self, number: int, **filters: Any) -> Mapping[str, Any]:
        """Return the fields of a numbered page of posts; raises NotFound beyond the last one."""
        offset = (number - 1) * POSTS_ON_A_PAGE
        query = PostsQuery(limit=POSTS_ON_A_PAGE, offset=offset, **filters)
        posts = await self._posts.get_posts(query)
        if number > 1 and not posts.items:
            raise NotFound("page")
        return {"posts": posts, "number": number, "numbers": _numbers(posts)}

    async def _article(self, base: str, slug: str, kind: Kind) -> ArticlePage:
        post = await self._posts.get_post(read_id(slug) or slug)
        if post.kind is not kind:
            raise NotFound(kind)
        site = await self._site(base)
        comments = await self._comments(post.id) if site.blog.comments else ()
        post = await self._with_sizes(post, site.root)
        return ArticlePage(site=site, post=post, comments=comments)

    async def _with_sizes(self, post: PostWithText, root: str) -> PostWithText:
        if post.html is None or not (ids := pictures_in(post.body or "")):
            return post
        shown = await self.read_uow[PictureReader].shown(ids)
        return post.model_copy(update={"html": with_sizes(post.html, shown, root)})

    async def _comments(self, post_id: UUID) -> tuple[CommentText, ...]:
        query = PageQuery(limit=_COMMENTS_ON_A_PAGE)
        page = await self.read_uow[CommentReader].page(post_id, query, seen_by=None)
        return tuple([await self._rendered(comment) for comment in page.items]) if page else ()

    async def _rendered(self, comment: CommentView) -> CommentText:
        return CommentText(**dict(comment), html=await self._renderer.comment(comment.body))

    async def _found(self, posts: Iterable[PostSummary], q: str) -> tuple[FoundPost, ...]:
        posts = tuple(posts)
        readable = [post.id for post in posts if post.may_read]
        texts = await self.read_uow[PostReader].texts(readable)
        return tuple(_found_post(post, texts.get(post.id), q) for post in posts)


def _found_post(post: PostSummary, text: Text | None, q: str) -> FoundPost:
    return FoundPost(post=post, part=part_with(q, text.body) if text else post.excerpt)


def _numbers(posts: PostPage) -> int:
    pages = -(-posts.total // POSTS_ON_A_PAGE)
    return max(1, min(pages, LAST_NUMBER))


def _as_written(tag: str, posts: Iterable[PostSummary]) -> str:
    """Return a tag as a post has it: addresses are compared without case."""
    wanted = folded(tag.strip())
    written = (name for post in posts for name in post.tags if folded(name) == wanted)
    return next(written, tag)
