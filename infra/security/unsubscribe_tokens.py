"""Unsubscribe tokens: a reader of mails, sealed. They stay good, as mails stay about."""

from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from domain.errors import Invalid


class UnsubscribeTokens:
    """Writes down who gets no more mails with such a token, and reads it again."""

    def __init__(self, secret: str) -> None:
        self._seal = URLSafeSerializer(secret, salt="unsubscribe-token")

    def write(self, tenant: UUID, user_id: UUID) -> str:
        return str(self._seal.dumps([tenant.hex, user_id.hex]))

    def read(self, token: str) -> tuple[UUID, UUID]:
        """Give the tenant and the user; raises Invalid."""
        try:
            tenant, user_id = self._seal.loads(token)
        except (BadData, ValueError) as error:
            raise Invalid("token", "It is not one of ours: take the whole link.") from error
        return UUID(tenant), UUID(user_id)
