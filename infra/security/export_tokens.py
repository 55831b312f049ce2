"""The tokens of links to an account's export: a tenant, a user and an end, signed."""

import time
from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

from itsdangerous import BadData

from domain.errors import Invalid
from infra.security.signing import Secrets, seal


class ExportTokens:
    """Encodes them as signed text, and decodes them."""

    def __init__(self, secrets: Secrets) -> None:
        self._seal = seal(secrets, "export-link")

    def write(self, tenant: UUID, user_id: UUID, lifetime: timedelta) -> str:
        end = int(time.time() + lifetime.total_seconds())
        return str(self._seal.dumps([tenant.hex, user_id.hex, end]))

    def read(self, token: str) -> tuple[UUID, UUID]:
        """Return the tenant and the user; raises Invalid."""
        try:
            tenant, user_id, end = self._seal.loads(token)
        except (BadData, ValueError) as error:
            raise Invalid("token", "It is not one of ours: take the whole link.") from error
        if end <= time.time():
            raise Invalid("token", "The link was good for a day: ask for a new one.", "expired")
        return UUID(tenant), UUID(user_id)


class TenantExportLinks:
    """The links of one tenant."""

    def __init__(self, tokens: ExportTokens, tenant: UUID) -> None:
        self._tokens = tokens
        self._tenant = tenant

    def to_export(self, base: str, user_id: UUID, lifetime: timedelta) -> str:
        token = self._tokens.write(self._tenant, user_id, lifetime)
        return f"{base}/api/v1/users/me/export?token={quote(token)}"
