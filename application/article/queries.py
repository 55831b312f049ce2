"""Queries of articles, which are published posts as the RealWorld API shows them.

What is cached is the same for all callers; a caller's marks are an overlay on it.
"""

from uuid import UUID

from application import cache_tags
from application.article.marks import Marks, marked, slugs_in, usernames_in
from application.article.ports import ArticleReader, ArticlesPage, ArticlesQuery
from application.article.views import (
    ArticleAuthorView,
    ArticleCommentsView,
    ArticlesView,
    ArticleTagsView,
    ArticleView,
)
from application.caching import Audiences, Overlay, Tags, cached
from application.callers import authenticated
from application.finding import found
from application.handlers import query_handler
from application.licence.holding import held_posts
from application.services import Queries
from application.views import Encoded
from domain.caller import Audience, Onlooker

MARKS_CACHED = 1_000  # favourites, and follows, of one caller


def _tags_of_article(slug: str) -> Tags:
    return cache_tags.post(slug), cache_tags.AUTHORS


def _tags_of_list(query: ArticlesQuery) -> Tags | None:
    # a list that changes with each favourite is not cached
    return None if query.favorited else (cache_tags.POSTS,)


def _tags_of_feed(page: ArticlesPage) -> Tags | None:
    return None


def _tags_of_author(username: str) -> Tags:
    return (cache_tags.user(username),)


def _tags_of_marks(by: UUID) -> Tags:
    return cache_tags.favorites(by), cache_tags.follows(by), cache_tags.RENAMED


class ArticleQueryService(Queries):
    """Reads articles for one caller."""

    @cached(ttl=30, tags=_tags_of_marks)
    async def _marks(self, by: UUID) -> Marks:
        return await self.read_uow[ArticleReader].marks(by, MARKS_CACHED)

    async def _marks_on(self, answer: Encoded, by: UUID) -> Marks:
        return await marks_on(self.read_uow[ArticleReader], answer, by)

    _OWN = Overlay(_marks, marked, for_all=True, of_answer=_marks_on)

    async def _article_of_caller(self, slug: str) -> ArticleView:
        return await self._article(slug, self.caller)

    async def _article_of_audience(self, slug: str, audience: Audience) -> ArticleView:
        return await self._article(slug, audience)

    @query_handler
    @cached(
        ttl=30,
        tags=_tags_of_article,
        fallback=_article_of_caller,
        audiences=Audiences(_article_of_audience, held_posts),
        overlay=_OWN,
    )
    async def get_article(self, slug: str) -> ArticleView:
        """Return the article that has this slug now; raises NotFound."""
        return await self._article(slug, None)

    @query_handler
    @cached(ttl=30, tags=_tags_of_article, overlay=_OWN)
    async def get_comments(self, slug: str) -> ArticleCommentsView:
        """Return all comments on the article that has this slug now; raises NotFound."""
        return found(await self.read_uow[ArticleReader].comments(slug), "post")

    @query_handler
    @cached(ttl=30, tags=_tags_of_list, overlay=_OWN)
    async def get_articles(self, query: ArticlesQuery) -> ArticlesView:
        """Return the number of all articles that match, and a page."""
        return await self.read_uow[ArticleReader].page(query)

    @query_handler
    @cached(ttl=30, tags=_tags_of_feed, overlay=_OWN)
    async def get_feed(self, page: ArticlesPage) -> ArticlesView:
        """Return the same of the articles by authors whom the caller follows; not cached."""
        return await self.read_uow[ArticleReader].feed(page, authenticated(self.caller).id)

    @query_handler
    @cached(ttl=30, tags=_tags_of_author, overlay=_OWN)
    async def get_author(self, username: str) -> ArticleAuthorView:
        """Return a user's profile, by a name compared without case; raises NotFound."""
        return found(await self.read_uow[ArticleReader].author(username), "user")

    @query_handler
    @cached(ttl=30, tags=(cache_tags.TAGS,))
    async def get_tags(self) -> ArticleTagsView:
        """Return the names of the tags that articles have."""
        return await self.read_uow[ArticleReader].tags()

    async def _article(self, slug: str, seen_by: Onlooker) -> ArticleView:
        return found(await self.read_uow[ArticleReader].article(slug, seen_by), "post")


async def marks_on(reader: ArticleReader, answer: Encoded, by: UUID) -> Marks:
    """Return a user's marks on what an answer has."""
    return await reader.marks_among(slugs_in(answer), usernames_in(answer), by)
