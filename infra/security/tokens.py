"""Tokens: who calls, which tenant, and the refresh tokens of a login."""

import time
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import jwt
from cachetools import LRUCache
from itsdangerous import BadData, URLSafeSerializer

from domain.errors import Unauthenticated
from domain.ids import read_id
from domain.user import Caller, Role, User

_ALGORITHM = "HS256"
_USER, _TENANT = "user", "tenant"
_KNOWN = 5_000  # tokens
_REQUIRED = ["exp", "iat", "sub", "jti"]


class SignedTokens:
    """Tokens signed with `JWT_SECRET`; users' tokens are good in their own tenant only."""

    access_seconds = 600

    def __init__(self, secret: str, tenant_id: UUID) -> None:
        self._secret = secret
        self._tenant_id = tenant_id
        self._refresh_seal = URLSafeSerializer(secret, salt="refresh-token")

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
            self._secret,
        )

    def refresh(self, family_id: UUID, generation: int) -> str:
        # nothing in it changes with time: two tabs get the same successor
        return str(self._refresh_seal.dumps([family_id.hex, generation]))

    def read_refresh(self, token: str) -> tuple[UUID, int]:
        try:
            family_id, generation = self._refresh_seal.loads(token)
        except (BadData, ValueError) as error:
            raise Unauthenticated("The refresh token is not one of ours.") from error
        return UUID(family_id), generation


class _Access(NamedTuple):
    """Whom an access token names, in which tenant, and until when."""

    caller: Caller
    tenant_id: str
    end: float


class AccessTokens:
    """Reads access tokens: one that was read before is good until its end."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._read: LRUCache[str, _Access] = LRUCache(_KNOWN)

    def caller_of(self, token: str, tenant_id: UUID) -> Caller:
        """Give the caller; raises Unauthenticated."""
        access = self._read.get(token)
        if access is None or access.end <= time.time():
            access = self._read[token] = _access(token, self._secret)
        if access.tenant_id != str(tenant_id):
            raise Unauthenticated("The access token belongs to another tenant.")
        return access.caller


class SignedTenantTokens:
    """The tokens that select a tenant; they have no end."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def tenant(self, tenant_id: UUID) -> str:
        return _encode({"aud": _TENANT, "tenant_id": str(tenant_id)}, self._secret)

    def read_tenant(self, token: str) -> UUID:
        """Give the tenant's id; raises Unauthenticated."""
        claims = _decode(token, self._secret, _TENANT, ["tenant_id"])
        tenant_id = read_id(str(claims["tenant_id"]))
        if tenant_id is None:
            raise Unauthenticated("The tenant token names no tenant.")
        return tenant_id


def _access(token: str, secret: str) -> _Access:
    claims = _decode(token, secret, _USER, _REQUIRED)
    try:
        caller = Caller(UUID(claims["sub"]), Role(claims["role"]), UUID(claims["family"]))
        return _Access(caller, claims["tenant_id"], float(claims["exp"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unauthenticated("The access token lacks what ours carry.") from error


def _encode(claims: dict[str, Any], secret: str) -> str:
    return jwt.encode(claims, secret, algorithm=_ALGORITHM)


def _decode(token: str, secret: str, audience: str, required: list[str]) -> dict[str, Any]:
    try:
        return jwt.decode(
            token,
            secret,
            algorithms=[_ALGORITHM],
            audience=audience,
            # another server's clock may be ahead: a token that it has just given is good
            options={"require": [*required, "aud"], "verify_iat": False},
        )
    except jwt.ExpiredSignatureError as error:
        raise Unauthenticated(f"The {audience} token has expired.") from error
    except (jwt.InvalidTokenError, ValueError) as error:
        raise Unauthenticated(f"The {audience} token is not one of ours.") from error
