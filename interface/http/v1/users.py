"""Users."""

from fastapi import APIRouter, Response

from application.user.commands import UserPatch
from application.user.views import AccountView, ProfileView
from interface.http.answers import json_answer
from interface.http.dependencies import OpenScope, SignedInScope
from interface.http.problems import OF_BODIES, problems

router = APIRouter(prefix="/users", tags=["users"])


@router.get("/me", response_model=AccountView, responses=problems())
async def get_me(scope: SignedInScope) -> Response:
    """Get one's own account."""
    return json_answer(await scope.users.get_me())


@router.patch("/me", response_model=AccountView, responses=problems(*OF_BODIES, 409))
async def change_me(scope: SignedInScope, patch: UserPatch) -> Response:
    """Change one's own account; a new password ends one's other logins."""
    return json_answer(await scope.user_commands.change_me(patch))


@router.get("/{username}", response_model=ProfileView, responses=problems(404))
async def get_profile(scope: OpenScope, username: str) -> Response:
    """Get a user's public profile."""
    return json_answer(await scope.users.get_profile(username))
