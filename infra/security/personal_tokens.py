"""Verifies personal tokens, each at most twice a second: what they stand on may end at any time."""

from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID

from cachetools import LRUCache
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.caller import Caller
from domain.errors import Unauthenticated
from domain.personal_token import digest_of
from infra.database.logins import Logins

_GOOD_SECONDS = 0.5
_KNOWN = 5_000


@dataclass(frozen=True, slots=True)
class _Found:
    caller: Caller | None
    at: float


@dataclass(slots=True)
class PersonalTokens:
    """Looks tokens up on the primary, and remembers them, unknown ones too, for a moment."""

    reading: AsyncEngine
    logins: Logins
    _found: LRUCache[tuple[UUID, bytes], _Found] = field(
        default_factory=lambda: LRUCache(_KNOWN), init=False
    )

    async def caller_of(self, text: str, tenant: UUID) -> Caller:
        """Return the caller who shows this token; raises Unauthenticated."""
        key = tenant, digest_of(text)
        found = self._found.get(key)
        if found is None or monotonic() - found.at > _GOOD_SECONDS:
            found = self._found[key] = await self._find(*key)
        if found.caller is None:
            raise Unauthenticated("The token is not one of ours, was revoked, or has expired.")
        return found.caller

    async def _find(self, tenant: UUID, digest: bytes) -> _Found:
        began = monotonic()
        async with self.reading.connect() as connection:
            return _Found(await self.logins.find_token(connection, tenant, digest), began)
