"""Tokens: access tokens, tenant tokens, and the refresh tokens of a login."""

import time
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import jwt
from cachetools import LRUCache
from itsdangerous import BadData

from domain.caller import Caller, Role
from domain.errors import Unauthenticated
from domain.ids import read_id
from domain.user import User
from infra.security.ended_logins import EndedLogins
from infra.security.signing import Secrets, seal

_ALGORITHM = "HS256"
_USER, _TENANT = "user", "tenant"
ACCESS_SECONDS = 600
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
        now = int(time.time())
        return _encode(
            {
                "aud": _USER,
                "sub": str(user.id),
                "tenant_id": str(self._tenant_id),
                "role": user.role.value,
                "family": str(family_id),
                "jti": uuid4().hex,
                "iat": now,
                "exp": now + self.access_seconds,
            },
            self._secrets,
        )

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


class SignedTenantTokens:
    """The tokens that select a tenant; they do not expire."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    def tenant(self, tenant_id: UUID) -> str:
        return _encode({"aud": _TENANT, "tenant_id": str(tenant_id)}, self._secrets)

    def read_tenant(self, token: str) -> UUID:
        """Return the tenant's id; raises Unauthenticated."""
        claims = _decode(token, self._secrets, _TENANT, ["tenant_id"])
        tenant_id = read_id(str(claims["tenant_id"]))
        if tenant_id is None:
            raise Unauthenticated("The tenant token names no tenant.")
        return tenant_id


def _access(token: str, secrets: Secrets) -> _Access:
    claims = _decode(token, secrets, _USER, _REQUIRED)
    try:
        caller = Caller(UUID(claims["sub"]), Role(claims["role"]), UUID(claims["family"]))
        return _Access(caller, UUID(claims["tenant_id"]), float(claims["exp"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unauthenticated("The access token lacks what ours carry.") from error


def _encode(claims: dict[str, Any], secrets: Secrets) -> str:
    return jwt.encode(claims, secrets[0], algorithm=_ALGORITHM)


def _decode(token: str, secrets: Secrets, audience: str, required: list[str]) -> dict[str, Any]:
    try:
        return _verified(token, secrets, audience, required)
    except jwt.ExpiredSignatureError as error:
        raise Unauthenticated(f"The {audience} token has expired.") from error
    except (jwt.InvalidTokenError, ValueError) as error:
        raise Unauthenticated(f"The {audience} token is not one of ours.") from error


def _verified(token: str, secrets: Secrets, audience: str, required: list[str]) -> dict[str, Any]:
    first, *older = secrets
    try:
        return jwt.decode(
            token,
            first,
            algorithms=[_ALGORITHM],
            audience=audience,
            # another server's clock may be ahead: a token that it has just issued is valid
            options={"require": [*required, "aud"], "verify_iat": False},
        )
    except jwt.InvalidSignatureError:
        if not older:
            raise
        return _verified(token, tuple(older), audience, required)
