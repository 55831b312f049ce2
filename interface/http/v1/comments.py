"""Comments."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from application.comment.commands import CommentCommand
from application.comment.views import CommentPage, CommentView
from application.pages import PageQuery
from interface.http.addresses import address_of
from interface.http.answers import json_answer, read_answer
from interface.http.dependencies import OpenScope, ScopeOfList, SignedInScope
from interface.http.idempotency import OnceForEachKey
from interface.http.problems import NOT_MODIFIED, OF_BODIES, problems
from interface.http.query_strings import QueryString

router = APIRouter(prefix="/posts/{post_id}/comments", tags=["comments"])
_QUERY = QueryString(PageQuery)

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get(
    "",
    response_model=CommentPage,
    responses=problems(404) | NOT_MODIFIED,
    openapi_extra=_QUERY.described,
)
async def list_comments(
    scope: ScopeOfList,
    request: Request,
    post_id: UUID,
    query: Annotated[PageQuery, Depends(_QUERY)],
) -> Response:
    """List the comments on a post, the first ones first."""
    return read_answer(await scope.comments.get_comments.encoded(post_id, query), request)


@router.post(
    "",
    status_code=201,
    response_model=CommentView,
    responses=problems(*OF_BODIES, 404, 409),
)
async def create_comment(
    scope: SignedInScope,
    request: Request,
    post_id: UUID,
    command: CommentCommand,
    once: OnceForEachKey,
) -> Response:
    """Comment on a published post."""

    async def create() -> Response:
        comment = await scope.comment_commands.create_comment(post_id, command)
        path = f"/api/v1/posts/{post_id}/comments/{comment.number}"
        return json_answer(comment, 201, {"Location": address_of(request, path)})

    return await once(create)


@router.get("/{number}", response_model=CommentView, responses=problems(404) | NOT_MODIFIED)
async def get_comment(
    scope: OpenScope, request: Request, post_id: UUID, number: Number
) -> Response:
    """Get a comment."""
    return read_answer(await scope.comments.get_comment.encoded(post_id, number), request)


@router.patch("/{number}", response_model=CommentView, responses=problems(*OF_BODIES, 403, 404))
async def update_comment(
    scope: SignedInScope, post_id: UUID, number: Number, command: CommentCommand
) -> Response:
    """Say something else in a comment."""
    return json_answer(await scope.comment_commands.update_comment(post_id, number, command))


@router.delete("/{number}", status_code=204, responses=problems(403, 404))
async def delete_comment(scope: SignedInScope, post_id: UUID, number: Number) -> None:
    """Delete a comment; its number is not given again."""
    await scope.comment_commands.delete_comment(post_id, number)
