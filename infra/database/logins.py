"""Logins: what access tokens stand on, and how it is known that one has ended."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.caller import Caller


class FoundToken(NamedTuple):
    """The caller who shows a personal token, and when the token ends, if it does."""

    caller: Caller
    expires_at: datetime | None


CheckLogin = Callable[[AsyncConnection, UUID, Caller], Awaitable[bool]]
"""Asks on a connection to the primary whether the login of a tenant's caller stands, and returns
whether the email of its user is verified; raises Unauthenticated."""
FindLogin = Callable[[AsyncConnection, UUID, Caller], Awaitable[Caller | None]]
"""Returns the caller with the present role where the login stands; None where it has ended."""
FindToken = Callable[[AsyncConnection, UUID, bytes], Awaitable[FoundToken | None]]
"""Finds a personal token by its tenant and its SHA-256."""


@dataclass(frozen=True, slots=True)
class Logins:
    """How logins are checked: each command asks for its caller's; for reads, a process asks at
    intervals for the ids of those that have ended after the instant `since`."""

    check: CheckLogin
    find_login: FindLogin
    ended_since: Executable
    find_token: FindToken
    note_use: Executable  # of the personal token `token_id` in `tenant_id`, once a minute
