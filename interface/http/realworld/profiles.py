"""Profiles of users, and follows."""

from fastapi import APIRouter, Request, Response

from application.article.commands import ArticleCommandService
from application.article.queries import ArticleQueryService
from application.article.views import ArticleAuthorView
from interface.http.answers import read_answer
from interface.http.problems import NOT_MODIFIED, problems
from interface.http.realworld.answers import encoded_answer
from interface.http.realworld.dependencies import RealWorldRoute, ScopeOfCaller, ScopeOfReader

router = APIRouter(prefix="/profiles/{username}", tags=["RealWorld"], route_class=RealWorldRoute)


@router.get("", response_model=ArticleAuthorView, responses=problems(404) | NOT_MODIFIED)
async def show_profile(scope: ScopeOfReader, request: Request, username: str) -> Response:
    """Get a user's profile."""
    return read_answer(await scope[ArticleQueryService].get_author.encoded(username), request)


@router.post("/follow", response_model=ArticleAuthorView, responses=problems(403, 404))
async def follow_profile(scope: ScopeOfCaller, username: str) -> Response:
    """Follow a user."""
    return encoded_answer(await scope[ArticleCommandService].follow(username))


@router.delete("/follow", response_model=ArticleAuthorView, responses=problems(403, 404))
async def unfollow_profile(scope: ScopeOfCaller, username: str) -> Response:
    """Unfollow a user."""
    return encoded_answer(await scope[ArticleCommandService].cease_to_follow(username))
