"""Accounts of people who sign in: a name that nobody has, and tokens that are still good."""

from secrets import token_hex
from time import monotonic
from typing import Self

from bench.day.checks import Json

_EARLY_SECONDS = 60
_PASSWORD = "hot off the press"


class Account:
    """A name and its tokens."""

    def __init__(self, username: str, tokens: Json) -> None:
        self.username = username
        self.renew(tokens)

    @classmethod
    def of(cls, registered: Json) -> Self:
        """The account that a registration made."""
        return cls(registered["user"]["username"], registered)

    def renew(self, tokens: Json) -> None:
        self.access_token: str = tokens["access_token"]
        self.refresh_token: str = tokens["refresh_token"]
        self._good_until: float = monotonic() + tokens["expires_in"] - _EARLY_SECONDS

    @property
    def is_ending(self) -> bool:
        return monotonic() > self._good_until


def registration(role: str) -> Json:
    """What to register with."""
    username = f"{role}-{token_hex(8)}"
    return {"username": username, "email": f"{username}@example.com", "password": _PASSWORD}
