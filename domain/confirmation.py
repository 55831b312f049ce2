"""A confirmation: what opening the link of a mail proves, until it is used or expires."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.ids import new_id


class Purpose(StrEnum):
    """What a link is for."""

    RESET = "reset"  # to set a new password
    EMAIL = "email"  # to show that an address is one's own


LIFETIMES = {Purpose.RESET: timedelta(hours=1), Purpose.EMAIL: timedelta(days=3)}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One link, sent to an address for one account; a newer one for the same purpose ends it."""

    id: UUID
    user_id: UUID
    purpose: Purpose
    email: str
    expires_at: datetime

    @classmethod
    def asked(cls, user_id: UUID, purpose: Purpose, email: str, now: datetime) -> "Confirmation":
        return cls(new_id(), user_id, purpose, email, now + LIFETIMES[purpose])

    def is_good(self, purpose: Purpose, now: datetime) -> bool:
        return self.purpose is purpose and now < self.expires_at
