"""Comments."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from application.comment.commands import CommentCommand, CommentCommandService
from application.comment.queries import CommentQueryService
from application.comment.views import CommentPage, CommentView
from core.dependencies.scope import ServiceScope
from interface.http.addresses import address_of
from interface.http.answers import json_answer, read_answer
from interface.http.dependencies import (
    AuthenticatedLimitedScope,
    AuthenticatedScope,
    OpenScope,
    ScopeOfList,
)
from interface.http.idempotency import OnceForEachKey
from interface.http.problems import NOT_MODIFIED, problems
from interface.http.query_strings import PageInQuery

router = APIRouter(prefix="/posts/{post_id}/comments", tags=["comments"])

ScopeOfComment = Annotated[ServiceScope, Depends(AuthenticatedLimitedScope("comments"))]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("", response_model=CommentPage, responses=problems(404) | NOT_MODIFIED)
async def list_comments(
    scope: ScopeOfList,
    request: Request,
    post_id: UUID,
    query: PageInQuery,
) -> Response:
    """List the comments on a post, the first ones first."""
    return read_answer(
        await scope[CommentQueryService].get_comments.encoded(post_id, query), request
    )


@router.post(
    "",
    status_code=201,
    response_model=CommentView,
    responses=problems(404, 409),
)
async def create_comment(
    scope: ScopeOfComment,
    request: Request,
    post_id: UUID,
    command: CommentCommand,
    once: OnceForEachKey,
) -> Response:
    """Comment on a published post."""

    async def create() -> Response:
        comment = await scope[CommentCommandService].create_comment(post_id, command)
        path = f"/api/v1/posts/{post_id}/comments/{comment.number}"
        return json_answer(comment, 201, {"Location": address_of(request, path)})

    return await once(create)


@router.get("/{number}", response_model=CommentView, responses=problems(404) | NOT_MODIFIED)
async def get_comment(
    scope: OpenScope, request: Request, post_id: UUID, number: Number
) -> Response:
    """Get a comment."""
    return read_answer(
        await scope[CommentQueryService].get_comment.encoded(post_id, number), request
    )


@router.patch("/{number}", response_model=CommentView, responses=problems(403, 404))
async def update_comment(
    scope: AuthenticatedScope, post_id: UUID, number: Number, command: CommentCommand
) -> Response:
    """Change a comment's text."""
    return json_answer(await scope[CommentCommandService].update_comment(post_id, number, command))


@router.delete("/{number}", status_code=204, responses=problems(403, 404))
async def delete_comment(scope: AuthenticatedScope, post_id: UUID, number: Number) -> None:
    """Delete a comment; its number is not assigned again."""
    await scope[CommentCommandService].delete_comment(post_id, number)
