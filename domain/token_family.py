"""A family of refresh tokens: that of one login, and its successors by rotation."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.ids import made_at, new_id

LIFETIME = timedelta(days=30)  # without use
LONGEST = timedelta(days=90)
LASTING = timedelta(days=60)  # of a login without refresh tokens
CLIENT_LIMIT = 200
GRACE = timedelta(seconds=10)


@dataclass(slots=True)
class TokenFamily:
    """One login: only the newest generation of its refresh tokens is valid. It began when its id
    was made. A lasting one, of generation 0, has a single access token and no refresh tokens."""

    id: UUID
    user_id: UUID
    generation: int
    rotated_at: datetime
    revoked_at: datetime | None
    client: str | None = None  # what the User-Agent said

    @classmethod
    def opened(cls, user_id: UUID, now: datetime, client: str | None = None) -> "TokenFamily":
        told = client[:CLIENT_LIMIT] if client else None
        return cls(new_id(), user_id, 1, rotated_at=now, revoked_at=None, client=told)

    @classmethod
    def lasting(cls, user_id: UUID, now: datetime, client: str | None = None) -> "TokenFamily":
        return replace(cls.opened(user_id, now, client), generation=0)

    @property
    def is_lasting(self) -> bool:
        return self.generation == 0

    def is_over(self, now: datetime) -> bool:
        age = now - made_at(self.id)
        if self.is_lasting:
            return self.revoked_at is not None or age > LASTING
        is_unused = now - self.rotated_at > LIFETIME
        return self.revoked_at is not None or is_unused or age > LONGEST

    def present(self, generation: int, now: datetime) -> None:
        """Use a refresh token: the newest rotates, its predecessor is valid for some seconds.

        Two tabs of one browser present the same token; a thief presents it later: then the whole
        family is revoked, since the two can't be told apart.
        """
        if generation == self.generation:
            self.generation, self.rotated_at = generation + 1, now
        elif generation != self.generation - 1 or now - self.rotated_at > GRACE:
            self.revoke(now)

    def revoke(self, now: datetime) -> None:
        self.revoked_at = now
