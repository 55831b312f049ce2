"""A family of refresh tokens: what one login gave, and all that came of it by rotation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.ids import new_id

LIFETIME = timedelta(days=30)
GRACE = timedelta(seconds=10)


@dataclass(slots=True)
class TokenFamily:
    """One login: only the newest generation of its refresh tokens is good."""

    id: UUID
    user_id: UUID
    generation: int
    rotated_at: datetime
    revoked_at: datetime | None

    @classmethod
    def opened(cls, user_id: UUID, now: datetime) -> "TokenFamily":
        return cls(id=new_id(), user_id=user_id, generation=1, rotated_at=now, revoked_at=None)

    def is_over(self, now: datetime) -> bool:
        return self.revoked_at is not None or now - self.rotated_at > LIFETIME

    def present(self, generation: int, now: datetime) -> None:
        """Take a refresh token: the newest rotates, the one before it is good for some seconds.

        Two tabs of one browser present the same token; a thief presents it later: then the whole
        family is revoked, since nobody can tell which of the two is the thief.
        """
        if generation == self.generation:
            self.generation, self.rotated_at = generation + 1, now
        elif generation != self.generation - 1 or now - self.rotated_at > GRACE:
            self.revoke(now)

    def revoke(self, now: datetime) -> None:
        self.revoked_at = now
