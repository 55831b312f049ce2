"""The addresses that stand in mails, as the outside reaches this server."""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from infra.security.unsubscribe_tokens import UnsubscribeTokens


@dataclass(frozen=True, slots=True)
class PublicLinks:
    """The addresses in one tenant."""

    public_url: str
    tokens: UnsubscribeTokens
    tenant: UUID

    def to_post(self, slug: str) -> str:
        return f"{self.public_url}/api/v1/posts/{quote(slug, safe='')}"

    def to_unsubscribe(self, user_id: UUID) -> str:
        token = self.tokens.write(self.tenant, user_id)
        return f"{self.public_url}/api/v1/mails/unsubscribe?token={token}"
