"""Comments on articles."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from application.article.commands import ArticleCommandService
from application.article.queries import ArticleQueryService
from application.article.views import ArticleCommentsView, ArticleCommentView
from core.dependencies.scope import ServiceScope
from interface.http.problems import NOT_MODIFIED, problems
from interface.http.realworld.answers import answer_by_slug, encoded_answer
from interface.http.realworld.bodies import NewCommentBody
from interface.http.realworld.dependencies import (
    RealWorldRoute,
    RequiredCaller,
    ScopeOfCaller,
    ScopeOfReader,
)

router = APIRouter(
    prefix="/articles/{slug}/comments", tags=["RealWorld"], route_class=RealWorldRoute
)

ScopeOfComment = Annotated[ServiceScope, Depends(RequiredCaller("comments"))]
CommentId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("", response_model=ArticleCommentsView, responses=problems(404) | NOT_MODIFIED)
async def article_comments(scope: ScopeOfReader, request: Request, slug: str) -> Response:
    """List the comments on an article, the newest first."""
    query = scope[ArticleQueryService].get_comments.encoded
    return await answer_by_slug(slug, query, scope, request)


@router.post("", status_code=201, response_model=ArticleCommentView, responses=problems(403, 404))
async def add_comment(scope: ScopeOfComment, slug: str, body: NewCommentBody) -> Response:
    """Comment on an article."""
    return encoded_answer(await scope[ArticleCommandService].add_comment(slug, body.command), 201)


@router.delete("/{comment_id}", status_code=204, responses=problems(403, 404))
async def remove_comment(scope: ScopeOfCaller, slug: str, comment_id: CommentId) -> None:
    """Delete a comment; its id is not assigned again."""
    await scope[ArticleCommandService].delete_comment(slug, comment_id)
