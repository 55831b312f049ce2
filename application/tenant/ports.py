"""Ports of tenants."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.tenant import Tenant


@dataclass(frozen=True, slots=True)
class TenantToken:
    """What a token that selects a tenant says; the digest tells it from others."""

    tenant: UUID
    digest: bytes
    expires_at: datetime | None


class TenantRepository(Protocol):
    """Loads and stores tenants, and the tokens of theirs that were revoked."""

    async def add(self, tenant: Tenant) -> None:
        """Store a new tenant; raises Taken."""

    async def called(self, name: str) -> Tenant | None: ...

    async def revoke(self, token: TenantToken, now: datetime) -> None:
        """Revoke a token; does nothing where it was revoked before."""


class TenantTokens(Protocol):
    """Makes the tokens that select a tenant."""

    def tenant(self, tenant_id: UUID, expires_at: datetime) -> str: ...

    def verified(self, token: str) -> TenantToken:
        """Return what a token says; raises Unauthenticated."""
