"""Tenants as aggregates. Their table is the one that has no tenant itself."""

from datetime import datetime

from sqlalchemy import bindparam, insert, select, text

from application.tenant.ports import TenantToken
from domain.tenant import Tenant
from infra.database.inserting import inserted
from infra.database.sessions import Session
from infra.database.tables import revoked_tenant_tokens, tenants
from infra.database.types import Digest, Instant

# of all tenants: a process keeps one set of them
REVOKED_SINCE = (
    text("SELECT digest FROM revoked_tenant_token WHERE revoked_at > :since")
    .bindparams(bindparam("since", type_=Instant()))
    .columns(digest=Digest)
)


class SqlTenantRepository:
    """Loads and stores tenants, and the tokens of theirs that were revoked."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, tenant: Tenant) -> None:
        await self._session.change(insert(tenants).values(id=tenant.id, name=tenant.name))

    async def called(self, name: str) -> Tenant | None:
        row = await self._session.first(select(tenants).where(tenants.c.name == name))
        return Tenant(id=row.id, name=row.name) if row else None

    async def revoke(self, token: TenantToken, now: datetime) -> None:
        revoked = insert(revoked_tenant_tokens).values(
            tenant=token.tenant, digest=token.digest, expires_at=token.expires_at, revoked_at=now
        )
        await inserted(self._session, revoked)
