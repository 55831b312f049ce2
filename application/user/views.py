"""Views of users: their JSON is that of the API."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from application.pages import Page
from application.views import View
from domain.caller import Role
from domain.personal_token import Scope


class AuthorView(View):
    """An author."""

    username: str = Field(examples=["ann"])
    display_name: str = Field(examples=["Ann"])
    image: str | None = Field(examples=[None])


class PersonView(AuthorView):
    """A user's public profile."""

    bio: str | None = Field(examples=["Prints. Daily."])
    followers_count: int = Field(examples=[7])


class FollowingView(View):
    """Whether one user follows another."""

    following: bool


class ProfileView(PersonView):
    """A user's profile, and whether the caller follows the user."""

    following: bool = Field(examples=[False])


class AccountView(PersonView):
    """A user's own account."""

    id: UUID = Field(examples=["0198c5b2-6f00-7c1a-9b1e-3f2a1b4c5d6e"])
    email: str | None = Field(examples=["ann@example.com"])
    email_verified: bool = Field(examples=[True])
    pending_email: str | None = Field(examples=[None])
    role: Role = Field(examples=["author"])
    mails: bool = Field(examples=[True])
    created_at: datetime = Field(examples=["2026-01-02T03:04:05.678901Z"])


class UserView(AccountView):
    """A user, for admins."""

    is_active: bool = Field(examples=[True])


class UserPage(Page[UserView]):
    """A page of users, in the order of their names."""


class TokensView(View):
    """The tokens of a login: a short-lived access token, and a refresh token for the next one."""

    access_token: str = Field(examples=["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2ln"])
    token_type: Literal["bearer"] = Field(default="bearer", examples=["bearer"])
    expires_in: int = Field(examples=[600])
    refresh_token: str = Field(examples=["eyJmIjoiMDE5OGM1YjIifQ.c2ln"])


class RegistrationView(TokensView):
    """The answer to a registration: the account, and tokens as after a login."""

    user: AccountView


class LastingLoginView(View):
    """The account and the token of a lasting login."""

    user: AccountView
    token: str


class SessionView(View):
    """A login that stands; `client` is what its User-Agent said."""

    id: UUID = Field(examples=["0198c5b2-6f00-7c1a-9b1e-3f2a1b4c5d6e"])
    created_at: datetime = Field(examples=["2026-01-02T03:04:05.678901Z"])
    last_used_at: datetime = Field(examples=["2026-01-02T03:04:05.678901Z"])
    client: str | None = Field(examples=["Mozilla/5.0"])
    current: bool = Field(examples=[True])


class SessionsView(View):
    """A user's logins, the newest first."""

    items: tuple[SessionView, ...]


class PersonalTokenView(View):
    """A personal token; `prefix` is how its text begins."""

    id: UUID = Field(examples=["0198c5b2-6f00-7c1a-9b1e-3f2a1b4c5d6e"])
    name: str = Field(examples=["Backup"])
    scopes: tuple[Scope, ...] = Field(examples=[["read"]])
    prefix: str = Field(examples=["bs_x4Kq2"])
    created_at: datetime = Field(examples=["2026-01-02T03:04:05.678901Z"])
    last_used_at: datetime | None = Field(examples=[None])
    expires_at: datetime | None = Field(examples=[None])


class NewTokenView(PersonalTokenView):
    """A personal token that was just made, with its text, which is not shown again."""

    token: str = Field(examples=["bs_x4Kq2pXb6Xy1XHhBQe0m7nqf9uEwT3rZlVYkA8dGcNs"])


class PersonalTokensView(View):
    """A user's personal tokens, the newest first."""

    items: tuple[PersonalTokenView, ...]
