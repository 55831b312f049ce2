"""Working copies of posts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from application.post.commands import TextPatch
from application.working_copy.commands import WorkingCopyCommandService
from application.working_copy.queries import WorkingCopyQueryService
from application.working_copy.views import WorkingCopyView
from core.dependencies.scope import ServiceScope
from interface.http.answers import changed_post_answer, read_answer
from interface.http.dependencies import AuthenticatedLimitedScope, AuthenticatedScope, IfMatch
from interface.http.idempotency import OnceForEachKey
from interface.http.problems import NOT_MODIFIED, problems
from interface.http.v1.posts import NoOptions, Post

router = APIRouter(prefix="/posts/{post_id}/working-copy", tags=["working copies"])
ScopeOfSaving = Annotated[ServiceScope, Depends(AuthenticatedLimitedScope("working_copies"))]


@router.get("", response_model=WorkingCopyView, responses=problems(403, 404) | NOT_MODIFIED)
async def get_working_copy(scope: AuthenticatedScope, request: Request, post_id: UUID) -> Response:
    """Get one's own working copy of a post."""
    found = await scope[WorkingCopyQueryService].get_working_copy.encoded(post_id)
    return read_answer(found, request)


@router.put("", status_code=204, responses=problems(403, 404, 409))
async def save_working_copy(scope: ScopeOfSaving, post_id: UUID, command: TextPatch) -> None:
    """Keep a text without showing it, in place of an earlier working copy; omitted fields are
    those of the post."""
    await scope[WorkingCopyCommandService].save_working_copy(post_id, command)


@router.delete("", status_code=204, responses=problems(403, 404))
async def drop_working_copy(scope: AuthenticatedScope, post_id: UUID) -> None:
    """Remove one's own working copy of a post."""
    await scope[WorkingCopyCommandService].drop_working_copy(post_id)


@router.post("/publish", response_model=Post, responses=problems(403, 404, 409, 412))
async def publish_copy(
    scope: AuthenticatedScope,
    request: Request,
    post_id: UUID,
    versions: IfMatch,
    once: OnceForEachKey,
    _options: NoOptions | None = None,
) -> Response:
    """Make one's own working copy the text of the post, whose status stays: 412 where the text
    has changed since the working copy was begun. To begin anew, remove it, and save it again."""
    commands = scope[WorkingCopyCommandService]
    return await once(lambda: changed_post_answer(commands.publish_working_copy(post_id, versions)))
