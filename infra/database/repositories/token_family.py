"""Families of refresh tokens as aggregates."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update

from application.unit_of_work import ConcurrentChange
from domain.token_family import TokenFamily
from infra.database.sessions import Session
from infra.database.tables import token_families


class SqlFamilyRepository:
    """Loads and stores families of refresh tokens."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tenant = session.tenant

    async def get(self, family_id: UUID) -> TokenFamily | None:
        statement = select(token_families).where(
            token_families.c.tenant == self._tenant, token_families.c.id == family_id
        )
        row = await self._session.first(self._session.for_change(statement))
        if row is None:
            return None
        return TokenFamily(
            id=row.id,
            user_id=row.user_id,
            generation=row.generation,
            rotated_at=row.rotated_at,
            revoked_at=row.revoked_at,
        )

    async def add(self, family: TokenFamily) -> None:
        await self._session.change(
            insert(token_families).values(
                id=family.id,
                tenant=self._tenant,
                user_id=family.user_id,
                generation=family.generation,
                rotated_at=family.rotated_at,
                revoked_at=family.revoked_at,
            )
        )

    async def store(self, family: TokenFamily, generation: int) -> None:
        matched = await self._session.change(
            update(token_families)
            .where(
                token_families.c.tenant == self._tenant,
                token_families.c.id == family.id,
                token_families.c.generation == generation,
                # one that was revoked meanwhile stays so
                token_families.c.revoked_at.is_(None),
            )
            .values(
                generation=family.generation,
                rotated_at=family.rotated_at,
                revoked_at=family.revoked_at,
            )
        )
        if not matched:
            raise ConcurrentChange

    async def revoke_all_but(self, user_id: UUID, family_id: UUID | None, now: datetime) -> None:
        revoked = update(token_families).where(
            token_families.c.tenant == self._tenant,
            token_families.c.user_id == user_id,
            token_families.c.revoked_at.is_(None),
        )
        if family_id is not None:
            revoked = revoked.where(token_families.c.id != family_id)
        await self._session.change(revoked.values(revoked_at=now))
