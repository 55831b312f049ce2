"""Logins: what access tokens stand on, and how it is known that one has ended."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.caller import Caller

CheckLogin = Callable[[AsyncConnection, UUID, Caller], Awaitable[None]]
"""Asks on a connection to the primary whether the login of a tenant's caller stands; raises
Unauthenticated."""
FindToken = Callable[[AsyncConnection, UUID, bytes], Awaitable[Caller | None]]
"""Returns the caller who shows a personal token, by the tenant and the token's SHA-256."""


@dataclass(frozen=True, slots=True)
class Logins:
    """How logins are checked: each command asks for its caller's; for reads, a process asks at
    intervals for the ids of those that have ended after the instant `since`."""

    check: CheckLogin
    ended_since: Executable
    find_token: FindToken
