"""Revisions of posts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from application.revision.commands import RevisionCommandService
from application.revision.queries import RevisionQueryService
from application.revision.views import RevisionDiff, RevisionPage, RevisionView
from interface.http.answers import changed_post_answer, json_answer, read_answer
from interface.http.dependencies import AuthenticatedScope, IfMatch, ScopeOfList
from interface.http.idempotency import OnceForEachKey
from interface.http.problems import NOT_MODIFIED, problems
from interface.http.query_strings import PageInQuery, QueryString
from interface.http.v1.posts import NoOptions, Post

router = APIRouter(prefix="/posts/{post_id}/revisions", tags=["revisions"])
_LAST = 2**31 - 1
Version = Annotated[int, Path(ge=1, le=_LAST)]


class OtherVersion(BaseModel):
    """With which revision one is compared: with the present text by default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    to: int | None = Field(default=None, ge=1, le=_LAST)


_OTHER = QueryString(OtherVersion)


@router.get("", response_model=RevisionPage, responses=problems(403, 404) | NOT_MODIFIED)
async def list_revisions(
    scope: ScopeOfList, request: Request, post_id: UUID, query: PageInQuery
) -> Response:
    """List what the text of a post was, the newest revision first, without bodies."""
    found = await scope[RevisionQueryService].get_revisions.encoded(post_id, query)
    return read_answer(found, request)


@router.get("/{version}", response_model=RevisionView, responses=problems(403, 404) | NOT_MODIFIED)
async def get_revision(
    scope: AuthenticatedScope, request: Request, post_id: UUID, version: Version
) -> Response:
    """Get a revision of a post."""
    found = await scope[RevisionQueryService].get_revision.encoded(post_id, version)
    return read_answer(found, request)


@router.get("/{version}/diff", response_model=RevisionDiff, responses=problems(403, 404))
async def compare_revisions(
    scope: ScopeOfList,
    post_id: UUID,
    version: Version,
    other: Annotated[OtherVersion, Depends(_OTHER)],
) -> Response:
    """Compare a revision with another one of the same post, or with the present text."""
    return json_answer(await scope[RevisionQueryService].get_diff(post_id, version, other.to))


@router.post("/{version}/restore", response_model=Post, responses=problems(403, 404, 409, 412))
async def restore_revision(
    scope: AuthenticatedScope,
    request: Request,
    post_id: UUID,
    version: Version,
    versions: IfMatch,
    once: OnceForEachKey,
    _options: NoOptions | None = None,
) -> Response:
    """Give a post the text of a revision, which leaves a revision of its own."""
    commands = scope[RevisionCommandService]
    return await once(
        lambda: changed_post_answer(commands.restore_revision(post_id, version, versions))
    )
