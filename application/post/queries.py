"""Queries of posts."""

from uuid import UUID

from application import cache_tags
from application.caching import Audiences, Cache, Tags, cached
from application.callers import authenticated
from application.finding import found
from application.handlers import query_handler
from application.licence.holding import held_posts
from application.post.fields import names_in
from application.post.ports import Listing, PostReader, PostsQuery, Sort, Text
from application.post.views import (
    DeletedPostView,
    DeletedPostWithText,
    DeletedSummary,
    DeletedSummaryWithText,
    PartOfPost,
    PartsOfPosts,
    PostPage,
    PostSummary,
    PostView,
    PostWithText,
    SummaryWithText,
)
from application.rendering import TextRenderer
from application.services import Queries
from application.unit_of_work import ReadUnitOfWork
from domain.caller import Audience, Caller, Onlooker
from domain.errors import Invalid
from domain.post import TAG_LIMIT
from domain.text import checked_name
from domain.user import USERNAME_LIMIT
from domain.words import searched_words

__all__ = ["PostQueryService", "PostsQuery"]

_OF_READING = {"html", "previous", "next"}  # fields that take a SELECT of their own


def _tags_of_post(post_id: UUID | str) -> Tags:
    return cache_tags.post(post_id), cache_tags.AUTHORS, cache_tags.ORDER


def _tags_of_part(post_id: UUID | str, fields: str) -> Tags:
    order = (cache_tags.ORDER,) if _OF_READING & names_in(fields) else ()
    return cache_tags.post(post_id), cache_tags.AUTHORS, *order


def _tags_of_list(posts_query: PostsQuery) -> Tags | None:
    # lists of one caller, and lists that change with each favourite, are not cached
    is_of_one = posts_query.status is not Listing.PUBLISHED or posts_query.feed
    return None if is_of_one or posts_query.favorited_by else (cache_tags.POSTS,)


def _tags_of_parts(posts_query: PostsQuery, fields: str) -> Tags | None:
    return _tags_of_list(posts_query)


class PostQueryService(Queries):
    """Reads posts for one caller."""

    def __init__(
        self, read_uow: ReadUnitOfWork, cache: Cache, caller: Caller | None, renderer: TextRenderer
    ) -> None:
        super().__init__(read_uow, cache, caller)
        self._renderer = renderer

    async def _post_of_caller(self, post_id: UUID | str) -> PostWithText:
        return await self._post(post_id, self.caller)

    async def _post_of_audience(self, post_id: UUID | str, audience: Audience) -> PostWithText:
        return await self._post(post_id, audience)

    async def _part_of_caller(self, post_id: UUID | str, fields: str) -> PartOfPost:
        return await self._part(post_id, fields, self.caller)

    async def _part_of_audience(
        self, post_id: UUID | str, fields: str, audience: Audience
    ) -> PartOfPost:
        return await self._part(post_id, fields, audience)

    async def _list_of_caller(self, posts_query: PostsQuery) -> PostPage:
        return await self._list(posts_query, self.caller)

    async def _list_of_audience(self, posts_query: PostsQuery, audience: Audience) -> PostPage:
        return await self._list(posts_query, audience)

    async def _parts_of_caller(self, posts_query: PostsQuery, fields: str) -> PartsOfPosts:
        return _parts(await self._list(posts_query, self.caller), fields)

    async def _parts_of_audience(
        self, posts_query: PostsQuery, fields: str, audience: Audience
    ) -> PartsOfPosts:
        return _parts(await self._list(posts_query, audience), fields)

    @query_handler
    @cached(
        ttl=30,
        tags=_tags_of_post,
        fallback=_post_of_caller,
        audiences=Audiences(_post_of_audience, held_posts),
    )
    async def get_post(self, post_id: UUID | str) -> PostWithText:
        """Return a post by its id or slug; raises NotFound, also where the caller may not see
        it."""
        return await self._post(post_id, None)

    @query_handler
    @cached(
        ttl=30,
        tags=_tags_of_part,
        fallback=_part_of_caller,
        audiences=Audiences(_part_of_audience, held_posts),
    )
    async def get_part_of_post(self, post_id: UUID | str, fields: str) -> PartOfPost:
        """Return those fields of a post that a list with commas names."""
        return await self._part(post_id, fields, None)

    @query_handler
    @cached(
        ttl=30,
        tags=_tags_of_list,
        fallback=_list_of_caller,
        audiences=Audiences(_list_of_audience, held_posts),
    )
    async def get_posts(self, posts_query: PostsQuery) -> PostPage:
        """Return the total and a page; raises Invalid for filters that can't match, and
        Unauthenticated where an anonymous caller asks for a list of one's own."""
        return await self._list(posts_query, None)

    @query_handler
    @cached(
        ttl=30,
        tags=_tags_of_parts,
        fallback=_parts_of_caller,
        audiences=Audiences(_parts_of_audience, held_posts),
    )
    async def get_parts_of_posts(self, posts_query: PostsQuery, fields: str) -> PartsOfPosts:
        """Return a page as `get_posts` does, with those fields of each post."""
        return _parts(await self._list(posts_query, None), fields)

    @query_handler
    async def find_slug(self, address: str) -> str | None:
        """Return the present slug of the post of an address, where the caller may see it."""
        return await self.read_uow[PostReader].slug_at(address, seen_by=self.caller)

    async def _post(self, post_id: UUID | str, seen_by: Onlooker) -> PostWithText:
        return await self._with_text(await self._without_text(post_id, seen_by))

    async def _part(self, post_id: UUID | str, fields: str, seen_by: Onlooker) -> PartOfPost:
        names, post = names_in(fields), await self._without_text(post_id, seen_by)
        return PartOfPost.of(await self._with_text(post) if _OF_READING & names else post, names)

    async def _without_text(self, post_id: UUID | str, seen_by: Onlooker) -> PostView:
        return found(await self.read_uow[PostReader].get(post_id, seen_by), "post")

    async def _with_text(self, post: PostView) -> PostWithText:
        path, previous, following = await self.read_uow[PostReader].surroundings(post)
        html = None if post.body is None else await self._renderer.post(post.body, path)
        kind = DeletedPostWithText if isinstance(post, DeletedPostView) else PostWithText
        return kind(**dict(post), html=html, previous=previous, next=following)

    async def _list(self, posts_query: PostsQuery, seen_by: Onlooker) -> PostPage:
        _check(posts_query)
        if posts_query.status is not Listing.PUBLISHED or posts_query.feed:
            authenticated(self.caller)
        page = await self.read_uow[PostReader].page(posts_query, seen_by)
        return await self._with_texts(page) if posts_query.include else page

    async def _with_texts(self, page: PostPage) -> PostPage:
        readable = [item.id for item in page.items if item.may_read]
        texts = await self.read_uow[PostReader].texts(readable)
        items = [
            await self._item_with_text(item, texts.get(item.id))
            for item in page.items
            if item.id in texts or not item.may_read
        ]
        return page.model_copy(update={"items": tuple(items)})

    async def _item_with_text(self, item: PostSummary, text: Text | None) -> SummaryWithText:
        kind = DeletedSummaryWithText if isinstance(item, DeletedSummary) else SummaryWithText
        html = await self._renderer.post(*text) if text else None
        return kind(**dict(item), html=html)


def _parts(page: PostPage, fields: str) -> PartsOfPosts:
    names = names_in(fields)
    items = tuple(PartOfPost.of(item, names) for item in page.items)
    return PartsOfPosts(**dict(page) | {"items": items})


def _check(query: PostsQuery) -> None:
    for tag in query.tag:
        checked_name("tag", tag.strip(), TAG_LIMIT)
    for field in ("author", "favorited_by"):
        if username := getattr(query, field):
            checked_name(field, username, USERNAME_LIMIT)
    if query.q is not None and not searched_words(query.q):
        raise Invalid("q", "No word in it has three letters and is not too common.", "no_words")
    if query.sort not in (Sort.NEWEST, Sort.OLDEST) and _filters_by_publication(query):
        raise Invalid("sort", "tag, favorited_by, feed and q go with published_at only.")


def _filters_by_publication(query: PostsQuery) -> bool:
    return any((query.tag, query.favorited_by, query.feed, query.q))
