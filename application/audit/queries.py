"""Queries of the audit trail."""

from application.audit.ports import AuditQuery, AuditReader
from application.audit.views import AuditPage
from application.callers import at_least
from application.handlers import query_handler
from application.services import Queries
from domain.caller import Role


class AuditQueryService(Queries):
    """Reads the audit trail for an admin."""

    @query_handler
    async def get_audit(self, query: AuditQuery) -> AuditPage:
        """Return the total and a page."""
        at_least(Role.ADMIN, self.caller)
        return await self.read_uow[AuditReader].page(query)
