"""Tags of articles."""

from fastapi import APIRouter, Request, Response

from application.article.queries import ArticleQueryService
from application.article.views import ArticleTagsView
from interface.http.answers import read_answer
from interface.http.problems import NOT_MODIFIED, problems
from interface.http.realworld.dependencies import RealWorldRoute, ScopeOfReader

router = APIRouter(prefix="/tags", tags=["RealWorld"], route_class=RealWorldRoute)


@router.get("", response_model=ArticleTagsView, responses=problems() | NOT_MODIFIED)
async def article_tags(scope: ScopeOfReader, request: Request) -> Response:
    """List the names of the tags that articles have, the most used first."""
    return read_answer(await scope[ArticleQueryService].get_tags.encoded(), request)
