"""Families of refresh tokens as aggregates."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Update, insert, select, update

from application.unit_of_work import ConcurrentChange
from domain.token_family import TokenFamily
from infra.blog.user.table import token_families
from infra.database.mapping import aggregate_of, values_of
from infra.database.sessions import Session


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
        return aggregate_of(TokenFamily, row)

    async def add(self, family: TokenFamily) -> None:
        values = {"tenant": self._tenant, **values_of(family)}
        await self._session.change(insert(token_families).values(values))

    async def store(self, family: TokenFamily, generation: int) -> None:
        matched = await self._session.change(
            update(token_families)
            .where(
                token_families.c.tenant == self._tenant,
                token_families.c.id == family.id,
                token_families.c.generation == generation,
                # not one that was revoked meanwhile
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

    async def revoke(self, user_id: UUID, family_id: UUID, now: datetime) -> bool:
        standing = self._standing(user_id).where(token_families.c.id == family_id)
        return await self._session.change(standing.values(revoked_at=now)) == 1

    async def revoke_all_but(self, user_id: UUID, family_id: UUID | None, now: datetime) -> None:
        standing = self._standing(user_id)
        if family_id is not None:
            standing = standing.where(token_families.c.id != family_id)
        await self._session.change(standing.values(revoked_at=now))

    def _standing(self, user_id: UUID) -> Update:
        return update(token_families).where(
            token_families.c.tenant == self._tenant,
            token_families.c.user_id == user_id,
            token_families.c.revoked_at.is_(None),
        )
