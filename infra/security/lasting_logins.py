"""Asks the primary again and again whether the logins of lasting tokens stand."""

from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID

from cachetools import LRUCache
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.caller import Caller
from domain.errors import Unauthenticated
from infra.database.errors import translated
from infra.database.logins import Logins
from infra.security.ended_logins import LOGIN_ENDED
from infra.security.tokens import ACCESS_SECONDS

# as long as an ended login is remembered: those that end after they were asked for are among these
_GOOD_SECONDS = ACCESS_SECONDS
_KNOWN = 5_000


@dataclass(frozen=True, slots=True)
class _Found:
    caller: Caller | None
    at: float


@dataclass(slots=True)
class LastingLogins:
    """Finds the callers of lasting tokens, and remembers each for as long as an access token
    lives."""

    reading: AsyncEngine
    logins: Logins
    _found: LRUCache[tuple[UUID, UUID | None], _Found] = field(
        default_factory=lambda: LRUCache(_KNOWN), init=False
    )

    async def present(self, caller: Caller, tenant: UUID) -> Caller:
        """Return the caller with the role of at most ten minutes ago; raises Unauthenticated where
        the login has ended."""
        key = tenant, caller.login_id
        found = self._found.get(key)
        if found is None or monotonic() - found.at > _GOOD_SECONDS:
            found = self._found[key] = await self._find(tenant, caller)
        if found.caller is None:
            raise Unauthenticated(LOGIN_ENDED)
        return found.caller

    async def _find(self, tenant: UUID, caller: Caller) -> _Found:
        began = monotonic()
        try:
            async with self.reading.connect() as connection:
                return _Found(await self.logins.find_login(connection, tenant, caller), began)
        except (SQLAlchemyError, OSError) as error:
            raise translated(error) from error
