"""Ports of the audit trail."""

from typing import Protocol
from uuid import UUID

from pydantic import AwareDatetime

from application.audit.views import AuditPage
from application.pages import PageQuery
from domain.audit import Action


class AuditQuery(PageQuery):
    """Filters and page of the audit trail; `actor` is a username."""

    actor: str | None = None
    action: Action | None = None
    since: AwareDatetime | None = None


class AuditTrail(Protocol):
    """Notes what is done, in the transaction that does it; nothing changes single entries."""

    async def note(
        self,
        action: Action,
        *,
        whom: UUID | None = None,
        what: str | None = None,
        actor: UUID | None = None,
    ) -> None:
        """Add an entry; the actor is the caller unless told."""


class AuditReader(Protocol):
    """Selects entries as views."""

    async def page(self, query: AuditQuery) -> AuditPage: ...
