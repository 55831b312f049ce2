"""Favourites."""

from uuid import UUID

from fastapi import APIRouter, Response

from application.post.favorites import FavoriteCommandService
from application.post.views import FavoriteView
from interface.http.answers import json_answer
from interface.http.dependencies import AuthenticatedScope
from interface.http.problems import problems

router = APIRouter(prefix="/posts/{post_id}/favorite", tags=["favorites"])


@router.put("", response_model=FavoriteView, responses=problems(404, 409))
async def favor_post(scope: AuthenticatedScope, post_id: UUID) -> Response:
    """Add a published post to one's favourites."""
    return json_answer(await scope[FavoriteCommandService].favor(post_id))


@router.delete("", response_model=FavoriteView, responses=problems(404))
async def cease_to_favor_post(scope: AuthenticatedScope, post_id: UUID) -> Response:
    """Remove a post from the caller's favourites."""
    return json_answer(await scope[FavoriteCommandService].cease_to_favor(post_id))
