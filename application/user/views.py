"""What readers of users get: the JSON of these models is the native API's shape."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from application.views import View
from domain.user import Role


class ProfileView(View):
    """A user, as everyone sees them."""

    username: str
    display_name: str
    bio: str | None
    image: str | None
    followers_count: int


class AccountView(ProfileView):
    """A user, as they see themselves."""

    id: UUID
    email: str | None
    role: Role
    created_at: datetime


class TokensView(View):
    """What a login gives: a short-lived access token, and a refresh token for the next one."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int
    refresh_token: str


class RegistrationView(TokensView):
    """What registration gives: the account, and tokens as after a login."""

    user: AccountView
