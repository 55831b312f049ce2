"""Passwords, tokens and time that cost nothing: they implement the ports in full."""

from datetime import datetime, timedelta
from uuid import UUID

from domain.errors import Unauthenticated
from domain.user import User
from tests.support.samples import NOW


class FakePasswordHasher:
    """Hashes at once."""

    async def hash(self, password: str) -> str:
        return f"hash of {password}"

    async def verify(self, password: str, password_hash: str | None) -> bool:
        return password_hash == f"hash of {password}"


class FakeTokens:
    """Tokens that anyone can read."""

    access_seconds = 600

    def access(self, user: User, family_id: UUID) -> str:
        return f"access {user.id} {user.role} {family_id}"

    def lasting(self, user: User, family_id: UUID) -> str:
        return f"lasting {self.access(user, family_id)}"

    def refresh(self, family_id: UUID, generation: int) -> str:
        return f"refresh {family_id} {generation}"

    def read_refresh(self, token: str) -> tuple[UUID, int]:
        kind, _, rest = token.partition(" ")
        family_id, _, generation = rest.partition(" ")
        if kind != "refresh":
            raise Unauthenticated("The refresh token is not one of ours.")
        return UUID(family_id), int(generation)


class FakeClock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by
