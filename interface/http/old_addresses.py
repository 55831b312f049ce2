"""Addresses that posts had before they came here, and that links elsewhere still name."""

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from interface.http.answers import moved_to_post
from interface.http.dependencies import ScopeOfList


class _ForReadingOnly(APIRoute):
    """Leaves the API, and what is not a GET, to the routes that know them."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        is_left = match is not Match.FULL or scope["path"].startswith("/api/")
        return (Match.NONE, {}) if is_left else (match, found)


# As the last of all routers, since it takes every address; out of the API's description, since it
# is for links that stand elsewhere.
router = APIRouter(route_class=_ForReadingOnly)


@router.get("/{address:path}", include_in_schema=False)
async def follow_old_address(scope: ScopeOfList, request: Request, address: str) -> Response:
    """Lead from an address of old to the post."""
    slug = await scope.posts.find_slug(f"/{address.strip('/')}")
    if slug is None:
        raise HTTPException(404)
    return moved_to_post(slug, request)
