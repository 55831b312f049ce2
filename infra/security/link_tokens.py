"""The tokens of links in mails: a tenant and an id, signed. They do not expire by themselves."""

from uuid import UUID

from itsdangerous import BadData

from domain.errors import Invalid
from infra.security.signing import Secrets, seal

UNSUBSCRIBE, CONFIRM = "unsubscribe-token", "mail-link"


class LinkTokens:
    """Encodes ids of tenants as signed text for one purpose, and decodes them."""

    def __init__(self, secrets: Secrets, purpose: str) -> None:
        self._seal = seal(secrets, purpose)

    def write(self, tenant: UUID, id_: UUID) -> str:
        return str(self._seal.dumps([tenant.hex, id_.hex]))

    def read(self, token: str) -> tuple[UUID, UUID]:
        """Return the tenant and the id; raises Invalid."""
        try:
            tenant, id_ = self._seal.loads(token)
        except (BadData, ValueError) as error:
            raise Invalid("token", "It is not one of ours: take the whole link.") from error
        return UUID(tenant), UUID(id_)


class TenantLinks:
    """The tokens of confirmations in one tenant."""

    def __init__(self, tokens: LinkTokens, tenant: UUID) -> None:
        self._tokens = tokens
        self._tenant = tenant

    def write(self, confirmation_id: UUID) -> str:
        return self._tokens.write(self._tenant, confirmation_id)

    def read(self, token: str) -> UUID:
        tenant, confirmation_id = self._tokens.read(token)
        if tenant != self._tenant:
            raise Invalid("token", "The link belongs to another tenant.", "foreign")
        return confirmation_id
