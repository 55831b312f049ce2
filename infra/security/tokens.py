"""Tokens of users: access tokens, and the refresh tokens of a login."""

import time
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from cachetools import LRUCache
from itsdangerous import BadData

from domain.caller import Caller, Role
from domain.errors import Unauthenticated
from domain.token_family import LASTING
from domain.user import User
from infra.security.ended_logins import EndedLogins
from infra.security.jwts import decoded, encoded
from infra.security.signing import Secrets, seal

_USER = "user"
ACCESS_SECONDS = 600
LASTING_SECONDS = int(LASTING.total_seconds())
_KNOWN = 5_000  # tokens
_REQUIRED = ["exp", "iat", "sub", "jti"]


class SignedTokens:
    """Tokens signed with `JWT_SECRET`; users' tokens are valid in their own tenant only."""

    access_seconds = ACCESS_SECONDS

    def __init__(self, secrets: Secrets, tenant_id: UUID) -> None:
        self._secrets = secrets
        self._tenant_id = tenant_id
        self._refresh_seal = seal(secrets, "refresh-token")

    def access(self, user: User, family_id: UUID) -> str:
        return encoded(self._claims(user, family_id, self.access_seconds), self._secrets)

    def lasting(self, user: User, family_id: UUID) -> str:
        claims = self._claims(user, family_id, LASTING_SECONDS)
        return encoded(claims | {"lasting": True}, self._secrets)

    def _claims(self, user: User, family_id: UUID, seconds: int) -> dict[str, Any]:
        now = int(time.time())
        return {
            "aud": _USER,
            "sub": str(user.id),
            "tenant_id": str(self._tenant_id),
            "role": user.role.value,
            "family": str(family_id),
            "jti": uuid4().hex,
            "iat": now,
            "exp": now + seconds,
        }

    def refresh(self, family_id: UUID, generation: int) -> str:
        # independent of the time: two tabs that refresh at once get the same successor
        return str(self._refresh_seal.dumps([family_id.hex, generation]))

    def read_refresh(self, token: str) -> tuple[UUID, int]:
        try:
            family_id, generation = self._refresh_seal.loads(token)
        except (BadData, ValueError) as error:
            raise Unauthenticated("The refresh token is not one of ours.") from error
        return UUID(family_id), generation


class _Access(NamedTuple):
    """An access token's caller, tenant and expiry."""

    caller: Caller
    tenant: UUID
    end: float


class AccessTokens:
    """Verifies access tokens, each one once until it expires."""

    def __init__(self, secrets: Secrets, ended: EndedLogins) -> None:
        self._secrets = secrets
        self._ended = ended
        self._read: LRUCache[str, _Access] = LRUCache(_KNOWN)

    def caller_of(self, token: str, tenant_id: UUID) -> Caller:
        """Return the caller; raises Unauthenticated."""
        access = self._read.get(token)
        if access is None or access.end <= time.time():
            access = self._read[token] = _access(token, self._secrets)
        if access.tenant != tenant_id:
            raise Unauthenticated("The access token belongs to another tenant.")
        self._ended.check(access.caller.login_id)
        return access.caller


def _access(token: str, secrets: Secrets) -> _Access:
    claims = decoded(token, secrets, _USER, _REQUIRED)
    try:
        caller = Caller(
            UUID(claims["sub"]),
            Role(claims["role"]),
            UUID(claims["family"]),
            by_lasting_token="lasting" in claims,
        )
        return _Access(caller, UUID(claims["tenant_id"]), float(claims["exp"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unauthenticated("The access token lacks what ours carry.") from error
