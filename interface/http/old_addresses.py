"""Redirects from addresses that posts had before their import."""

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from application.post.queries import PostQueryService
from interface.http.answers import moved_to_post
from interface.http.dependencies import ScopeOfList, container_of


class _ForReadingOnly(APIRoute):
    """Does not match the API's addresses and methods other than GET."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        is_left = match is not Match.FULL or scope["path"].startswith("/api/")
        return (Match.NONE, {}) if is_left else (match, found)


# The last router, since it matches every address; not in the API's description, since it is for
# links on other sites.
router = APIRouter(route_class=_ForReadingOnly)


@router.get("/{address:path}", include_in_schema=False)
async def follow_old_address(scope: ScopeOfList, request: Request, address: str) -> Response:
    """Redirect from a former address to the post."""
    slug = await scope[PostQueryService].find_slug(f"/{address.strip('/')}")
    if slug is None:
        raise HTTPException(404)
    return moved_to_post(slug, request, page=container_of(request).has_site)
