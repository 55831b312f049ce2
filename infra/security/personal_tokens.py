"""Verifies personal tokens, each at most twice a second: what they stand on may end at any time."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from uuid import UUID

from cachetools import LRUCache
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from application.unit_of_work import Retryable, Unavailable
from domain.caller import Caller
from domain.errors import Unauthenticated
from domain.personal_token import digest_of
from infra.database.errors import translated
from infra.database.logins import FoundToken, Logins
from infra.security.token_uses import TokenUses

_GOOD_SECONDS = 0.5
# while the primary can't be reached: as long as an access token would be good
_GOOD_SECONDS_AT_MOST = 600.0
_ANSWER_SECONDS = 3.0
_PAUSE_SECONDS = 0.5
_KNOWN = 5_000

_Key = tuple[UUID, bytes]  # a tenant, and the SHA-256 of a token's text


@dataclass(frozen=True, slots=True)
class _Found:
    token: FoundToken | None
    at: float

    @property
    def serves_alone(self) -> bool:
        """Whether it is good while the primary can't be asked."""
        if self.token is None or monotonic() - self.at > _GOOD_SECONDS_AT_MOST:
            return False
        expires_at = self.token.expires_at
        return expires_at is None or expires_at > datetime.now(UTC)


@dataclass(slots=True)
class PersonalTokens:
    """Looks tokens up on the primary, and remembers them, unknown ones too, for a moment."""

    reading: AsyncEngine
    logins: Logins
    uses: TokenUses
    _found: LRUCache[_Key, _Found] = field(default_factory=lambda: LRUCache(_KNOWN), init=False)
    _fails_until: float = field(default=0.0, init=False)

    async def caller_of(self, text: str, tenant: UUID) -> Caller:
        """Return the caller who shows this token; raises Unauthenticated, and Unavailable for one
        that is not known while the primary can't be asked."""
        key = tenant, digest_of(text)
        found = self._found.get(key)
        if found is None or monotonic() - found.at > _GOOD_SECONDS:
            found = await self._asked(key, found)
        if found.token is None:
            raise Unauthenticated("The token is not one of ours, was revoked, or has expired.")
        caller = found.token.caller
        if caller.login_id:
            self.uses.note(tenant, caller.login_id)
        return caller

    async def _asked(self, key: _Key, known: _Found | None) -> _Found:
        try:
            found = self._found[key] = await self._find(*key)
        except Unavailable:
            if known and known.serves_alone:
                return known
            raise
        return found

    async def _find(self, tenant: UUID, digest: bytes) -> _Found:
        began = monotonic()
        if began < self._fails_until:
            raise _unavailable()
        try:
            async with asyncio.timeout(_ANSWER_SECONDS), self.reading.connect() as connection:
                return _Found(await self.logins.find_token(connection, tenant, digest), began)
        except (SQLAlchemyError, OSError) as error:
            if not isinstance(translated(error), Retryable | Unavailable):
                raise
            # the next callers do not wait for it too
            self._fails_until = monotonic() + _PAUSE_SECONDS
            raise _unavailable() from error


def _unavailable() -> Unavailable:
    return Unavailable("The database that knows this token can't be reached: try again.")
