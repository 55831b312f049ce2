"""The tokens that select a tenant."""

import time
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID, uuid4

from cachetools import LRUCache

from application.tenant.ports import TenantToken
from domain.errors import Unauthenticated
from domain.ids import read_id
from infra.security.jwts import decoded, encoded
from infra.security.signing import Secrets

_TENANT = "tenant"
_KNOWN = 5_000  # tokens


class SignedTenantTokens:
    """Makes and verifies them, each one once until it expires; those of earlier versions do not
    expire. `revoked` has the digests of revoked ones."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._read: LRUCache[str, TenantToken] = LRUCache(_KNOWN)
        self.revoked: set[bytes] = set()

    def tenant(self, tenant_id: UUID, expires_at: datetime | None = None) -> str:
        claims = {"aud": _TENANT, "tenant_id": str(tenant_id)}
        if expires_at is None:
            return encoded(claims, self._secrets)
        now, end = int(time.time()), int(expires_at.timestamp())
        return encoded(claims | {"iat": now, "exp": end, "jti": uuid4().hex}, self._secrets)

    def read_tenant(self, token: str) -> UUID:
        """Return the tenant's id; raises Unauthenticated."""
        read = self.verified(token)
        if read.digest in self.revoked:
            raise Unauthenticated("The tenant token was revoked.")
        return read.tenant

    def verified(self, token: str) -> TenantToken:
        """Return what a token says, revoked or not; raises Unauthenticated."""
        read = self._read.get(token)
        if read is None or (read.expires_at and read.expires_at.timestamp() <= time.time()):
            read = self._read[token] = self._decoded(token)
        return read

    def _decoded(self, token: str) -> TenantToken:
        claims = decoded(token, self._secrets, _TENANT, ["tenant_id"])
        tenant_id = read_id(str(claims["tenant_id"]))
        if tenant_id is None:
            raise Unauthenticated("The tenant token names no tenant.")
        end = claims.get("exp")
        expires_at = None if end is None else datetime.fromtimestamp(end, UTC)
        # of what is signed: another of our secrets gives it another signature
        digest = sha256(token.rpartition(".")[0].encode()).digest()
        return TenantToken(tenant_id, digest, expires_at)
