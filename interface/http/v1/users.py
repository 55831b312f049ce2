"""Users."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from application.user.commands import DeletionCommand, RightsPatch, UserCommandService, UserPatch
from application.user.follows import FollowCommandService
from application.user.ports import UsersQuery
from application.user.queries import UserQueryService
from application.user.tokens import TokenCommand, TokenCommandService
from application.user.views import (
    AccountView,
    NewTokenView,
    PersonalTokensView,
    ProfileView,
    SessionsView,
    UserPage,
    UserView,
)
from interface.http.answers import json_answer, read_answer
from interface.http.dependencies import AuthenticatedScope, OpenScope, ScopeOfList
from interface.http.hash_slots import InHashSlot
from interface.http.problems import NOT_MODIFIED, problems
from interface.http.query_strings import QueryString

router = APIRouter(prefix="/users", tags=["users"])
_QUERY = QueryString(UsersQuery)


@router.get("/me", response_model=AccountView, responses=problems())
async def get_me(scope: AuthenticatedScope) -> Response:
    """Get one's own account."""
    return json_answer(await scope[UserQueryService].get_me())


@router.patch("/me", response_model=AccountView, responses=problems(409))
async def change_me(scope: AuthenticatedScope, patch: UserPatch, in_turn: InHashSlot) -> Response:
    """Change one's own account; a new password ends one's other logins, a new email waits for its
    link to be opened. Both need `current_password`."""
    return json_answer(await in_turn(lambda: scope[UserCommandService].change_me(patch)))


@router.delete("/me", status_code=204, responses=problems(403, 409))
async def delete_me(
    scope: AuthenticatedScope, command: DeletionCommand, in_turn: InHashSlot
) -> None:
    """Delete one's own account, for good."""
    await in_turn(lambda: scope[UserCommandService].delete_me(command))


@router.post("/me/verification", status_code=202, response_class=Response, responses=problems())
async def request_verification(scope: AuthenticatedScope) -> Response:
    """Have the link to verify one's address mailed again."""
    await scope[UserCommandService].request_verification()
    return Response(status_code=202)


@router.get("/me/sessions", response_model=SessionsView, responses=problems(403))
async def list_sessions(scope: AuthenticatedScope) -> Response:
    """List one's logins that stand."""
    return json_answer(await scope[UserQueryService].get_sessions())


@router.delete("/me/sessions", status_code=204, responses=problems(403))
async def end_other_sessions(scope: AuthenticatedScope) -> None:
    """End all of one's logins but the present one."""
    await scope[TokenCommandService].end_other_sessions()


@router.delete("/me/sessions/{session_id}", status_code=204, responses=problems(403, 404))
async def end_session(scope: AuthenticatedScope, session_id: UUID) -> None:
    """End one of one's logins."""
    await scope[TokenCommandService].end_session(session_id)


@router.post(
    "/me/tokens", status_code=201, response_model=NewTokenView, responses=problems(403, 409)
)
async def issue_token(scope: AuthenticatedScope, command: TokenCommand) -> Response:
    """Make a personal token, for scripts; only this answer shows it."""
    return json_answer(await scope[TokenCommandService].issue_token(command), 201)


@router.get("/me/tokens", response_model=PersonalTokensView, responses=problems(403))
async def list_tokens(scope: AuthenticatedScope) -> Response:
    """List one's personal tokens."""
    return json_answer(await scope[UserQueryService].get_tokens())


@router.delete("/me/tokens/{token_id}", status_code=204, responses=problems(403, 404))
async def revoke_token(scope: AuthenticatedScope, token_id: UUID) -> None:
    """Revoke one of one's personal tokens."""
    await scope[TokenCommandService].revoke_token(token_id)


@router.get("", response_model=UserPage, responses=problems(403) | NOT_MODIFIED)
async def list_users(
    scope: ScopeOfList, request: Request, query: Annotated[UsersQuery, Depends(_QUERY)]
) -> Response:
    """List users by name, for admins; `q` is a part of a name or an email."""
    return read_answer(await scope[UserQueryService].get_users.encoded(query), request)


@router.get("/{username}", response_model=ProfileView, responses=problems(404) | NOT_MODIFIED)
async def get_profile(scope: OpenScope, request: Request, username: str) -> Response:
    """Get a user's public profile."""
    return read_answer(await scope[UserQueryService].get_profile.encoded(username), request)


@router.patch("/{username}", response_model=UserView, responses=problems(403, 404, 409))
async def change_user(scope: AuthenticatedScope, username: str, patch: RightsPatch) -> Response:
    """Change a user's role, or close an account, as an admin; from the next access token on."""
    return json_answer(await scope[UserCommandService].change_user(username, patch))


@router.put("/{username}/follow", status_code=204, responses=problems(404, 409))
async def follow(scope: AuthenticatedScope, username: str) -> None:
    """Follow a user."""
    await scope[FollowCommandService].follow(username)


@router.delete("/{username}/follow", status_code=204, responses=problems(404, 409))
async def cease_to_follow(scope: AuthenticatedScope, username: str) -> None:
    """Unfollow a user."""
    await scope[FollowCommandService].cease_to_follow(username)
