"""Previews of posts."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from application.post.views import PostWithText
from application.preview.commands import PreviewCommandService
from application.preview.queries import PreviewQueryService
from application.preview.views import PreviewLink
from interface.http.addresses import address_of
from interface.http.answers import json_answer
from interface.http.dependencies import AuthenticatedScope
from interface.http.previews import UNLISTED, Preview
from interface.http.problems import problems

router = APIRouter(tags=["previews"])


@router.post("/posts/{post_id}/preview", response_model=PreviewLink, responses=problems(403, 404))
async def make_preview(scope: AuthenticatedScope, request: Request, post_id: UUID) -> Response:
    """Make a link that shows a post, draft or not, to whoever has it, for 7 days."""
    commands = scope[PreviewCommandService]
    return json_answer(await commands.make_preview(post_id, address_of(request, "")))


@router.get("/previews", response_model=PostWithText, responses=problems(404))
async def get_preview(preview: Preview) -> Response:
    """Get the post that a link shows; it has the same token."""
    post = await preview.scope[PreviewQueryService].get_preview(preview.post_id)
    return json_answer(post, headers=UNLISTED)
