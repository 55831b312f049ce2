"""The audit trail as rows."""

from uuid import UUID

from sqlalchemy import insert

from domain.audit import Action
from domain.ids import new_id
from infra.database.sessions import Session
from infra.database.tables import audit

# built once: to build a statement takes longer than to send it
_INSERT = insert(audit)
_LIMIT = 200  # characters


class SqlAuditTrail:
    """Adds entries to a transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def note(
        self,
        action: Action,
        *,
        whom: UUID | None = None,
        what: str | None = None,
        actor: UUID | None = None,
    ) -> None:
        origin = self._session.origin
        row = {
            "id": new_id(),
            "tenant": self._session.tenant,
            "action": action.value,
            "actor_id": actor or origin.actor_id,
            "address": origin.address,
            "whom_id": whom,
            "what": what[:_LIMIT] if what else None,
        }
        await self._session.change(_INSERT, row)
