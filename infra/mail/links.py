"""The addresses in mails: public ones of this server."""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from infra.security.link_tokens import LinkTokens


@dataclass(frozen=True, slots=True)
class PublicLinks:
    """The addresses in one tenant."""

    public_url: str
    has_site: bool
    tokens: LinkTokens
    tenant: UUID

    @property
    def site(self) -> str:
        return self.public_url

    def to_page(self, name: str, token: str) -> str:
        return f"{self.public_url}/api/v1/mails/{name}?token={token}"

    def to_post(self, slug: str) -> str:
        where = "/posts" if self.has_site else "/api/v1/posts"
        return f"{self.public_url}{where}/{quote(slug, safe='')}"

    def to_unsubscribe(self, user_id: UUID) -> str:
        token = self.tokens.write(self.tenant, user_id)
        return self.to_page("unsubscribe", token)
