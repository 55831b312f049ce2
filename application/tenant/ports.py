"""Ports of tenants."""

from typing import Protocol
from uuid import UUID

from domain.tenant import Tenant


class TenantRepository(Protocol):
    """Loads and stores tenants."""

    async def add(self, tenant: Tenant) -> None:
        """Store a new tenant; raises Taken."""

    async def called(self, name: str) -> Tenant | None: ...


class TenantTokens(Protocol):
    """Makes the tokens that select a tenant."""

    def tenant(self, tenant_id: UUID) -> str: ...
