"""Personal tokens as aggregates."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select, update

from domain.personal_token import PersonalToken
from infra.blog.user.table import personal_tokens
from infra.database.mapping import values_of
from infra.database.sessions import Session


class SqlPersonalTokenRepository:
    """Stores, counts and revokes personal tokens."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._of_tenant = personal_tokens.c.tenant == session.tenant

    async def add(self, token: PersonalToken) -> None:
        values = {"tenant": self._session.tenant, **values_of(token)}
        scopes = " ".join(token.scopes)
        await self._session.change(insert(personal_tokens).values(values | {"scopes": scopes}))

    async def count(self, user_id: UUID) -> int:
        own = select(func.count()).where(self._of_tenant, personal_tokens.c.user_id == user_id)
        standing = own.where(personal_tokens.c.revoked_at.is_(None))
        return int(await self._session.scalar(standing))

    async def revoke(self, user_id: UUID, token_id: UUID, now: datetime) -> bool:
        own = personal_tokens.c.user_id == user_id
        standing = personal_tokens.c.revoked_at.is_(None)
        revoked = update(personal_tokens).where(self._of_tenant, own, standing)
        one = revoked.where(personal_tokens.c.id == token_id)
        return await self._session.change(one.values(revoked_at=now)) == 1
