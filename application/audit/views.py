"""Views of the audit trail."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from application.pages import Page
from application.views import View
from domain.audit import Action


class AuditEntryView(View):
    """What was done: by whom, from which network address, to whom, and what it was about."""

    id: UUID = Field(examples=["0198c5b2-7c30-7b5e-8d4f-7c8d9e0f1a2b"])
    at: datetime = Field(examples=["2026-01-02T03:04:05.678000Z"])
    action: Action = Field(examples=["role_changed"])
    actor: str | None = Field(examples=["ann"])
    address: str | None = Field(examples=["203.0.113.7"])
    whom: str | None = Field(examples=["bob"])
    what: str | None = Field(examples=["author to editor"])


class AuditPage(Page[AuditEntryView]):
    """A page of the audit trail, the newest entries first."""
