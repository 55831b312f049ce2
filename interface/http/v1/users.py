"""Users."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from application.user.commands import RightsPatch, UserPatch
from application.user.ports import UsersQuery
from application.user.views import AccountView, ProfileView, UserPage, UserView
from interface.http.answers import json_answer, read_answer
from interface.http.dependencies import OpenScope, ScopeOfList, SignedInScope
from interface.http.problems import NOT_MODIFIED, OF_BODIES, problems
from interface.http.query_strings import QueryString

router = APIRouter(prefix="/users", tags=["users"])
_QUERY = QueryString(UsersQuery)


@router.get("/me", response_model=AccountView, responses=problems())
async def get_me(scope: SignedInScope) -> Response:
    """Get one's own account."""
    return json_answer(await scope.users.get_me())


@router.patch("/me", response_model=AccountView, responses=problems(*OF_BODIES, 409))
async def change_me(scope: SignedInScope, patch: UserPatch) -> Response:
    """Change one's own account; a new password ends one's other logins."""
    return json_answer(await scope.user_commands.change_me(patch))


@router.get(
    "",
    response_model=UserPage,
    responses=problems(403) | NOT_MODIFIED,
    openapi_extra=_QUERY.described,
)
async def list_users(
    scope: ScopeOfList, request: Request, query: Annotated[UsersQuery, Depends(_QUERY)]
) -> Response:
    """List users by name, for admins; `q` is a part of a name or an email."""
    return read_answer(await scope.users.get_users.encoded(query), request)


@router.get("/{username}", response_model=ProfileView, responses=problems(404) | NOT_MODIFIED)
async def get_profile(scope: OpenScope, request: Request, username: str) -> Response:
    """Get a user's public profile."""
    return read_answer(await scope.users.get_profile.encoded(username), request)


@router.patch("/{username}", response_model=UserView, responses=problems(*OF_BODIES, 403, 404, 409))
async def change_user(scope: SignedInScope, username: str, patch: RightsPatch) -> Response:
    """Change a user's role, or close their account, as an admin; it binds at their next refresh."""
    return json_answer(await scope.user_commands.change_user(username, patch))


@router.put("/{username}/follow", status_code=204, responses=problems(404, 409))
async def follow(scope: SignedInScope, username: str) -> None:
    """Follow a user."""
    await scope.follow_commands.follow(username)


@router.delete("/{username}/follow", status_code=204, responses=problems(404, 409))
async def cease_to_follow(scope: SignedInScope, username: str) -> None:
    """Follow a user no longer."""
    await scope.follow_commands.cease_to_follow(username)
