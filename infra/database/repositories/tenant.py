"""Tenants as aggregates. Their table is the one that has no tenant itself."""

from sqlalchemy import insert, select

from domain.tenant import Tenant
from infra.database.sessions import Session
from infra.database.tables import tenants


class SqlTenantRepository:
    """Loads and stores tenants."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, tenant: Tenant) -> None:
        await self._session.change(insert(tenants).values(id=tenant.id, name=tenant.name))

    async def called(self, name: str) -> Tenant | None:
        row = await self._session.first(select(tenants).where(tenants.c.name == name))
        return Tenant(id=row.id, name=row.name) if row else None
