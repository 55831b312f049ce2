"""Articles, which are published posts, and favourites."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from application.article.commands import ArticleCommandService
from application.article.ports import ArticlesPage, ArticlesQuery
from application.article.queries import ArticleQueryService
from application.article.views import ArticlesView, ArticleView
from interface.http.answers import read_answer
from interface.http.problems import NOT_MODIFIED, problems
from interface.http.query_strings import QueryString
from interface.http.realworld.answers import answer_by_slug, encoded_answer
from interface.http.realworld.bodies import ArticleChangeBody, NewArticleBody
from interface.http.realworld.dependencies import RealWorldRoute, ScopeOfCaller, ScopeOfReader

router = APIRouter(prefix="/articles", tags=["RealWorld"], route_class=RealWorldRoute)
_QUERY, _PAGE = QueryString(ArticlesQuery), QueryString(ArticlesPage)


@router.get("", response_model=ArticlesView, responses=problems() | NOT_MODIFIED)
async def list_articles(
    scope: ScopeOfReader, request: Request, query: Annotated[ArticlesQuery, Depends(_QUERY)]
) -> Response:
    """List articles, the newest first."""
    return read_answer(await scope[ArticleQueryService].get_articles.encoded(query), request)


@router.get("/feed", response_model=ArticlesView, responses=problems() | NOT_MODIFIED)
async def feed_articles(
    scope: ScopeOfCaller, request: Request, page: Annotated[ArticlesPage, Depends(_PAGE)]
) -> Response:
    """List the articles by authors whom the caller follows."""
    return read_answer(await scope[ArticleQueryService].get_feed.encoded(page), request)


@router.post("", status_code=201, response_model=ArticleView, responses=problems(403, 409))
async def create_article(scope: ScopeOfCaller, body: NewArticleBody) -> Response:
    """Publish an article."""
    created = await scope[ArticleCommandService].create_article(body.command)
    return encoded_answer(created, 201)


@router.get("/{slug}", response_model=ArticleView, responses=problems(404) | NOT_MODIFIED)
async def get_article(scope: ScopeOfReader, request: Request, slug: str) -> Response:
    """Get an article by its slug, or a former one."""
    query = scope[ArticleQueryService].get_article.encoded
    return await answer_by_slug(slug, query, scope, request)


@router.put("/{slug}", response_model=ArticleView, responses=problems(403, 404, 409))
async def update_article(scope: ScopeOfCaller, slug: str, body: ArticleChangeBody) -> Response:
    """Change an article; another title gives it another slug."""
    return encoded_answer(await scope[ArticleCommandService].update_article(slug, body.patch))


@router.delete("/{slug}", status_code=204, responses=problems(403, 404, 409))
async def delete_article(scope: ScopeOfCaller, slug: str) -> None:
    """Delete an article."""
    await scope[ArticleCommandService].delete_article(slug)


@router.post("/{slug}/favorite", response_model=ArticleView, responses=problems(403, 404))
async def favor_article(scope: ScopeOfCaller, slug: str) -> Response:
    """Add an article to one's favourites."""
    return encoded_answer(await scope[ArticleCommandService].favor(slug))


@router.delete("/{slug}/favorite", response_model=ArticleView, responses=problems(403, 404))
async def unfavor_article(scope: ScopeOfCaller, slug: str) -> Response:
    """Remove an article from one's favourites."""
    return encoded_answer(await scope[ArticleCommandService].cease_to_favor(slug))
