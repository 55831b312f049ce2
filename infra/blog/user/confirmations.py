"""Links in mails as aggregates."""

from uuid import UUID

from sqlalchemy import delete, insert, select

from domain.confirmation import Confirmation, Purpose
from infra.blog.user.table import confirmations
from infra.database.mapping import aggregate_of, values_of
from infra.database.sessions import Session


class SqlConfirmationRepository:
    """Loads, replaces and takes links."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._of_tenant = confirmations.c.tenant == session.tenant

    async def get(self, confirmation_id: UUID) -> Confirmation | None:
        row = await self._session.first(
            select(confirmations).where(self._of_tenant, confirmations.c.id == confirmation_id)
        )
        return aggregate_of(Confirmation, row, purpose=Purpose(row.purpose)) if row else None

    async def replace(self, confirmation: Confirmation) -> None:
        of_user = confirmations.c.user_id == confirmation.user_id
        same = confirmations.c.purpose == confirmation.purpose
        await self._session.change(delete(confirmations).where(self._of_tenant, of_user, same))
        values = {"tenant": self._session.tenant, **values_of(confirmation)}
        await self._session.change(insert(confirmations).values(values))

    async def take(self, confirmation: Confirmation) -> bool:
        own = confirmations.c.id == confirmation.id
        return await self._session.change(delete(confirmations).where(self._of_tenant, own)) == 1
