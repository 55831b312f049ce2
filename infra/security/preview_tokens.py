"""The tokens of links to previews: a tenant, a post, who made the link, and an end, signed."""

import time
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from itsdangerous import BadData

from domain.errors import Invalid
from infra.security.signing import Secrets, seal


class PreviewTokens:
    """Encodes them as signed text, and decodes them."""

    def __init__(self, secrets: Secrets) -> None:
        self._seal = seal(secrets, "preview-link")

    def write(self, tenant: UUID, post_id: UUID, user_id: UUID, end: datetime) -> str:
        sealed = [tenant.hex, post_id.hex, user_id.hex, int(end.timestamp())]
        return str(self._seal.dumps(sealed))

    def read(self, token: str) -> tuple[UUID, UUID, UUID]:
        """Return the tenant, the post and the user; raises Invalid."""
        try:
            *ids, end = self._seal.loads(token)
        except (BadData, ValueError) as error:
            raise Invalid("token", "It is not one of ours: take the whole link.") from error
        if end <= time.time():
            said = "The link was good for a week: ask whoever gave it for a new one."
            raise Invalid("token", said, "expired")
        tenant, post_id, user_id = map(UUID, ids)
        return tenant, post_id, user_id


class TenantPreviewLinks:
    """The links of one tenant: to a page, or to the API where there are no pages."""

    def __init__(self, tokens: PreviewTokens, tenant: UUID, *, to_pages: bool) -> None:
        self._tokens = tokens
        self._tenant = tenant
        self._path = "/previews" if to_pages else "/api/v1/previews"

    def to_preview(self, base: str, post_id: UUID, user_id: UUID, end: datetime) -> str:
        token = self._tokens.write(self._tenant, post_id, user_id, end)
        return f"{base}{self._path}?token={quote(token)}"
