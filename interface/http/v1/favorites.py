"""Favourites."""

from uuid import UUID

from fastapi import APIRouter, Response

from application.post.views import FavoriteView
from interface.http.answers import json_answer
from interface.http.dependencies import SignedInScope
from interface.http.problems import problems

router = APIRouter(prefix="/posts/{post_id}/favorite", tags=["favorites"])


@router.put("", response_model=FavoriteView, responses=problems(404, 409))
async def favor_post(scope: SignedInScope, post_id: UUID) -> Response:
    """Favour a published post."""
    return json_answer(await scope.favorite_commands.favor(post_id))


@router.delete("", response_model=FavoriteView, responses=problems(404))
async def cease_to_favor_post(scope: SignedInScope, post_id: UUID) -> Response:
    """Favour a post no longer."""
    return json_answer(await scope.favorite_commands.cease_to_favor(post_id))
