"""Posts."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict
from typing_extensions import TypeAliasType

from application.callers import authenticated
from application.job.views import JobView
from application.limits import QuotaReached
from application.post.bulk import BulkCommand, BulkCommandService
from application.post.commands import PostCommand, PostCommandService, PostPatch, PublishCommand
from application.post.fields import FieldsOfPosts, PostFields
from application.post.queries import PostQueryService
from application.post.views import (
    DeletedPostView,
    DeletedPostWithText,
    PostPage,
    PostView,
    PostWithText,
)
from core.dependencies.scope import ServiceScope
from domain.ids import read_id
from interface.http.addresses import address_of
from interface.http.answers import changed_post_answer, json_answer, post_answer, read_answer
from interface.http.dependencies import (
    AuthenticatedLimitedScope,
    AuthenticatedScope,
    IfMatch,
    ScopeOfList,
)
from interface.http.idempotency import OnceForEachKey
from interface.http.limits import of_user
from interface.http.problems import NOT_MODIFIED, problems
from interface.http.query_strings import QueryString

router = APIRouter(prefix="/posts", tags=["posts"])
_LIST = QueryString(FieldsOfPosts)
_FIELDS = QueryString(PostFields)

_BULKS = "bulks"
ScopeOfBulk = Annotated[ServiceScope, Depends(AuthenticatedLimitedScope(_BULKS))]

# named as in the other calls: the description has one address for all of them
IdOrSlug = Annotated[str, Path(alias="post_id", description="The post's id, or its slug.")]

# a named type, which is a schema of its own in the API's description
Post = TypeAliasType("Post", DeletedPostView | PostView)
PostToRead = TypeAliasType("PostToRead", DeletedPostWithText | PostWithText)

_MOVED: dict[int | str, dict[str, Any]] = {
    301: {"description": "The slug is a former one: `Location` has the present one."},
}


class NoOptions(BaseModel):
    """An empty body, for options to come."""

    model_config = ConfigDict(extra="forbid")


@router.get("", response_model=PostPage, responses=problems() | NOT_MODIFIED)
async def list_posts(
    scope: ScopeOfList, request: Request, query: Annotated[FieldsOfPosts, Depends(_LIST)]
) -> Response:
    """List posts, by default the newest first; `fields` leaves out the others of each post."""
    service = scope[PostQueryService]
    if query.fields is None:
        return read_answer(await service.get_posts.encoded(query.posts), request)
    found = await service.get_parts_of_posts.encoded(query.posts, query.fields)
    return read_answer(found, request)


@router.post("", status_code=201, response_model=Post, responses=problems(403, 409))
async def create_post(
    scope: AuthenticatedScope, request: Request, command: PostCommand, once: OnceForEachKey
) -> Response:
    """Create a post, by default a draft."""

    async def create() -> Response:
        post = await scope[PostCommandService].create_post(command)
        return post_answer(post, 201, address_of(request, f"/api/v1/posts/{post.id}"))

    return await once(create)


@router.post("/bulk", status_code=202, response_model=JobView, responses=problems())
async def bulk_posts(
    scope: ScopeOfBulk, request: Request, command: BulkCommand, once: OnceForEachKey
) -> Response:
    """Perform many operations on posts as a job, which is the answer."""

    async def take_on() -> Response:
        job = await _requested(scope, command)
        return json_answer(job, 202, {"Location": address_of(request, f"/api/v1/jobs/{job.id}")})

    return await once(take_on)


async def _requested(scope: ServiceScope, command: BulkCommand) -> JobView:
    try:
        return await scope[BulkCommandService].request_bulk(command)
    except QuotaReached:
        await scope.limits.forgive(of_user(_BULKS, authenticated(scope.caller)))
        raise


@router.get(
    "/{post_id}", response_model=PostToRead, responses=problems(404) | _MOVED | NOT_MODIFIED
)
async def get_post(
    scope: ScopeOfList,
    request: Request,
    key: IdOrSlug,
    query: Annotated[PostFields, Depends(_FIELDS)],
) -> Response:
    """Get a post by its id or slug; a former slug redirects to the present one. `fields` leaves
    out the other fields."""
    service, post_id = scope[PostQueryService], read_id(key) or key
    if query.fields is None:
        return read_answer(await service.get_post.encoded(post_id), request)
    return read_answer(await service.get_part_of_post.encoded(post_id, query.fields), request)


_CHANGES = problems(403, 404, 409, 412)


@router.patch("/{post_id}", response_model=Post, responses=_CHANGES)
async def update_post(
    scope: AuthenticatedScope,
    request: Request,
    post_id: UUID,
    command: PostPatch,
    versions: IfMatch,
) -> Response:
    """Change a post's text."""
    post = await scope[PostCommandService].update_post(post_id, command, versions)
    return post_answer(post)


@router.post("/{post_id}/publish", response_model=Post, responses=_CHANGES)
async def publish_post(
    scope: AuthenticatedScope,
    request: Request,
    post_id: UUID,
    versions: IfMatch,
    once: OnceForEachKey,
    command: PublishCommand | None = None,
) -> Response:
    """Publish a post, now or at a time."""
    commands = scope[PostCommandService]
    return await once(
        lambda: changed_post_answer(commands.publish_post(post_id, versions, command))
    )


@router.post("/{post_id}/unpublish", response_model=Post, responses=_CHANGES)
async def unpublish_post(
    scope: AuthenticatedScope,
    request: Request,
    post_id: UUID,
    versions: IfMatch,
    once: OnceForEachKey,
    _options: NoOptions | None = None,
) -> Response:
    """Make a post a draft again."""
    return await once(
        lambda: changed_post_answer(scope[PostCommandService].unpublish_post(post_id, versions))
    )


@router.post("/{post_id}/archive", response_model=Post, responses=_CHANGES)
async def archive_post(
    scope: AuthenticatedScope,
    request: Request,
    post_id: UUID,
    versions: IfMatch,
    once: OnceForEachKey,
    _options: NoOptions | None = None,
) -> Response:
    """Archive a post, which hides it."""
    return await once(
        lambda: changed_post_answer(scope[PostCommandService].archive_post(post_id, versions))
    )


@router.delete("/{post_id}", status_code=204, responses=_CHANGES)
async def delete_post(scope: AuthenticatedScope, post_id: UUID, versions: IfMatch) -> None:
    """Delete a post; it can be restored for 30 days."""
    await scope[PostCommandService].delete_post(post_id, versions)


@router.post("/{post_id}/restore", status_code=204, response_class=Response, responses=_CHANGES)
async def restore_post(
    scope: AuthenticatedScope,
    post_id: UUID,
    versions: IfMatch,
    once: OnceForEachKey,
    _options: NoOptions | None = None,
) -> Response:
    """Undo a deletion."""

    async def restore() -> Response:
        await scope[PostCommandService].restore_post(post_id, versions)
        return Response(status_code=204)

    return await once(restore)
