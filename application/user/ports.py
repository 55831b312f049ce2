"""Ports of users."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from pydantic import Field

from application.pages import PageQuery
from application.ports import Repository
from application.user.views import (
    AccountView,
    PersonalTokensView,
    PersonView,
    SessionsView,
    UserPage,
    UserView,
)
from domain.caller import Role
from domain.confirmation import Confirmation
from domain.personal_token import PersonalToken
from domain.token_family import TokenFamily
from domain.user import EMAIL_LIMIT, User


class UsersQuery(PageQuery):
    """Filters and page of a list of users; `q` is a part of a name or an email."""

    q: str | None = Field(default=None, min_length=1, max_length=EMAIL_LIMIT)
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Follower:
    """A follower who wants mail, and has an address."""

    id: UUID
    email: str


class UserReader(Protocol):
    """Selects rows as views."""

    async def account(self, user_id: UUID) -> AccountView | None: ...

    async def user(self, user_id: UUID) -> UserView | None: ...

    async def person(self, username: str) -> PersonView | None: ...

    async def is_followed(self, username: str, by: UUID) -> bool: ...

    async def page(self, query: UsersQuery) -> UserPage: ...

    async def sessions(self, user_id: UUID, present: UUID | None) -> SessionsView:
        """Select the logins of a user that stand; `present` is the one of the caller."""

    async def tokens(self, user_id: UUID) -> PersonalTokensView:
        """Select the personal tokens of a user that are not revoked."""


class UserRepository(Repository[User], Protocol):
    """Loads and stores users."""

    async def get_locked(self, user_id: UUID) -> User:
        """Load a user and lock it; raises NotFound."""

    async def called(self, username: str) -> User | None:
        """Load the user of this name, compared without case."""

    async def taken_fields(self, user: User) -> Sequence[str]:
        """Return those of `username` and `email` that another user has."""

    async def known_as(self, login: str) -> User | None:
        """Load the user of this email or, else, of this username."""


class FollowRepository(Protocol):
    """Stores and counts follows."""

    async def add(self, follower_id: UUID, followed: User, now: datetime) -> None:
        """Add a follow; does nothing where it exists."""

    async def remove(self, follower_id: UUID, followed: User) -> None:
        """Remove it; does nothing where it does not exist."""

    async def has_mailed(self, followed_id: UUID) -> bool:
        """Return whether a user has a follower who wants mail."""

    async def count_mailed(self, followed_id: UUID) -> int: ...

    async def mailed(self, followed_id: UUID, after: UUID, limit: int) -> Sequence[Follower]:
        """Return the followers who want mail, in the order of their ids."""


class ConfirmationRepository(Protocol):
    """Loads and stores links in mails."""

    async def get(self, confirmation_id: UUID) -> Confirmation | None: ...

    async def replace(self, confirmation: Confirmation) -> None:
        """Add one, in place of an earlier one of this user and purpose."""

    async def take(self, confirmation: Confirmation) -> bool:
        """Remove one; False where another transaction has done so."""


class Links(Protocol):
    """Seals the ids of links, so that nobody can guess them."""

    def write(self, confirmation_id: UUID) -> str: ...

    def read(self, token: str) -> UUID:
        """Return the id; raises Invalid."""


class FamilyRepository(Protocol):
    """Loads and stores families of refresh tokens."""

    async def get(self, family_id: UUID) -> TokenFamily | None: ...

    async def add(self, family: TokenFamily) -> None: ...

    async def store(self, family: TokenFamily, generation: int) -> None:
        """Store one that was loaded at this generation and not revoked since; raises
        ConcurrentChange."""

    async def revoke(self, user_id: UUID, family_id: UUID, now: datetime) -> bool:
        """End one login of a user; False where there is none that stands."""

    async def revoke_all_but(self, user_id: UUID, family_id: UUID | None, now: datetime) -> None:
        """End all logins of a user, except one where it is given."""


class PersonalTokenRepository(Protocol):
    """Stores personal tokens."""

    async def add(self, token: PersonalToken) -> None: ...

    async def count(self, user_id: UUID) -> int:
        """Count a user's tokens that are not revoked."""

    async def revoke(self, user_id: UUID, token_id: UUID, now: datetime) -> bool:
        """Revoke one of a user's tokens; False where there is none."""


class PasswordHasher(Protocol):
    """Hashes passwords slowly, off the event loop."""

    async def hash(self, password: str) -> str: ...

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Compare; takes the same time where there is no hash to compare with."""


class Tokens(Protocol):
    """Issues the tokens of a login, and verifies refresh tokens."""

    access_seconds: int

    def access(self, user: User, family_id: UUID) -> str: ...

    def lasting(self, user: User, family_id: UUID) -> str:
        """Issue an access token that lasts as long as a lasting login."""

    def refresh(self, family_id: UUID, generation: int) -> str: ...

    def read_refresh(self, token: str) -> tuple[UUID, int]:
        """Return the family and the generation; raises Unauthenticated."""
