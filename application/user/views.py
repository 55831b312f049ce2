"""What readers of users get: the JSON of these models is the native API's shape."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from application.pages import Page
from application.views import View
from domain.user import Role


class AuthorView(View):
    """Who wrote something."""

    username: str
    display_name: str
    image: str | None


class PersonView(AuthorView):
    """A user, as everyone sees them."""

    bio: str | None
    followers_count: int


class ProfileView(PersonView):
    """A user, and whether the caller follows them."""

    following: bool


class AccountView(PersonView):
    """A user, as they see themselves."""

    id: UUID
    email: str | None
    role: Role
    mails: bool
    created_at: datetime


class UserView(AccountView):
    """A user, as admins see them."""

    is_active: bool


class UserPage(Page):
    """A page of users, in the order of their names."""

    items: tuple[UserView, ...]


class TokensView(View):
    """What a login gives: a short-lived access token, and a refresh token for the next one."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int
    refresh_token: str


class RegistrationView(TokensView):
    """What registration gives: the account, and tokens as after a login."""

    user: AccountView
