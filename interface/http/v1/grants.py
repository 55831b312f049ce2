"""The offers on posts, and what readers hold."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from application.licence.granting import GrantCommandService
from application.licence.queries import LicenceQueryService
from application.licence.views import GrantPage, PostOffersView
from interface.http.answers import read_answer
from interface.http.dependencies import AuthenticatedScope, OpenScope, ScopeOfList
from interface.http.problems import NOT_MODIFIED, problems
from interface.http.query_strings import PageInQuery

router = APIRouter(tags=["licences"])
_GRANT = "/posts/{post_id}/grants/{username}"


@router.get(
    "/posts/{post_id}/offers", response_model=PostOffersView, responses=problems(404) | NOT_MODIFIED
)
async def list_offers(scope: OpenScope, request: Request, post_id: UUID) -> Response:
    """List the offers on a post that are in force or to come."""
    return read_answer(await scope[LicenceQueryService].get_offers.encoded(post_id), request)


@router.put(_GRANT, status_code=204, responses=problems(403, 404, 409))
async def grant_post(scope: AuthenticatedScope, post_id: UUID, username: str) -> None:
    """Let a reader hold the present offer on a post, as an editor."""
    await scope[GrantCommandService].grant(post_id, username)


@router.delete(_GRANT, status_code=204, responses=problems(403, 404, 409))
async def revoke_grant(scope: AuthenticatedScope, post_id: UUID, username: str) -> None:
    """Take a reader's grant back, as an editor."""
    await scope[GrantCommandService].revoke(post_id, username)


@router.get("/users/me/grants", response_model=GrantPage, responses=problems() | NOT_MODIFIED)
async def list_grants(scope: ScopeOfList, request: Request, query: PageInQuery) -> Response:
    """List what one holds, the newest first."""
    return read_answer(await scope[LicenceQueryService].get_grants.encoded(query), request)
