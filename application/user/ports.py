"""What the handlers of users need from outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from pydantic import Field

from application.pages import PageQuery
from application.user.views import AccountView, PersonView, UserPage, UserView
from domain.token_family import TokenFamily
from domain.user import EMAIL_LIMIT, Role, User


class UsersQuery(PageQuery):
    """Which users; `q` is a part of their name or email."""

    q: str | None = Field(default=None, min_length=1, max_length=EMAIL_LIMIT)
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Follower:
    """A follower who wants mail, and has an address."""

    id: UUID
    email: str


class UserReader(Protocol):
    """Selects straight into views."""

    async def account(self, user_id: UUID) -> AccountView | None: ...

    async def user(self, user_id: UUID) -> UserView | None: ...

    async def person(self, username: str) -> PersonView | None: ...

    async def is_followed(self, username: str, by: UUID) -> bool: ...

    async def page(self, query: UsersQuery) -> UserPage: ...


class UserRepository(Protocol):
    """Loads and stores users."""

    async def get(self, user_id: UUID) -> User:
        """Load a user; raises NotFound."""

    async def get_locked(self, user_id: UUID) -> User:
        """Load a user whom nobody else changes until the transaction ends; raises NotFound."""

    async def called(self, username: str) -> User | None:
        """Load the user of this name, compared without case."""

    async def known_as(self, login: str) -> User | None:
        """Load the user of this email or, else, of this username."""

    async def add(self, user: User) -> None:
        """Store a new user; raises Taken."""

    async def store(self, user: User) -> None:
        """Store a changed user and raise its version; raises ConcurrentChange and Taken."""


class FollowRepository(Protocol):
    """Stores who follows whom, and counts it."""

    async def add(self, follower_id: UUID, followed: User, now: datetime) -> None:
        """Store that one follows another; does nothing where that is so."""

    async def remove(self, follower_id: UUID, followed: User) -> None:
        """Forget it; does nothing where it is not so."""

    async def has_mailed(self, followed_id: UUID) -> bool:
        """Tell whether a user has a follower who gets mail."""

    async def count_mailed(self, followed_id: UUID) -> int: ...

    async def mailed(self, followed_id: UUID, after: UUID, limit: int) -> Sequence[Follower]:
        """Give the followers who get mail, in the order of their ids."""


class FamilyRepository(Protocol):
    """Loads and stores families of refresh tokens."""

    async def get(self, family_id: UUID) -> TokenFamily | None: ...

    async def add(self, family: TokenFamily) -> None: ...

    async def store(self, family: TokenFamily, generation: int) -> None:
        """Store one that was loaded at this generation and not revoked since; raises
        ConcurrentChange."""

    async def revoke_all_but(self, user_id: UUID, family_id: UUID | None, now: datetime) -> None:
        """End all logins of a user, save one, if any."""


class PasswordHasher(Protocol):
    """Hashes passwords slowly, off the event loop."""

    async def hash(self, password: str) -> str: ...

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Compare; takes the same time where there is no hash to compare with."""


class Tokens(Protocol):
    """Makes the tokens that a login gives, and reads those that come back."""

    access_seconds: int

    def access(self, user: User, family_id: UUID) -> str: ...

    def refresh(self, family_id: UUID, generation: int) -> str: ...

    def read_refresh(self, token: str) -> tuple[UUID, int]:
        """Give the family and the generation; raises Unauthenticated."""
