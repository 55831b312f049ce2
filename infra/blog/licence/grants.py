"""Grants of readers."""

from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert

from application import cache_tags
from domain.ids import new_id
from domain.licence import Grant
from infra.blog.licence.offers import values_of_offer
from infra.blog.licence.table import grants
from infra.database.sessions import Session


class SqlGrantRepository:
    """Stores grants."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tenant = session.tenant

    async def put(self, grant: Grant) -> None:
        await self.remove(grant.user_id, grant.offer.post_id)
        key = {"tenant": self._tenant, "id": new_id(), "user_id": grant.user_id}
        values = {**key, **values_of_offer(grant.offer), "granted_at": grant.granted_at}
        await self._session.change(insert(grants).values(values))
        self._session.touch([cache_tags.grants(grant.user_id)])

    async def remove(self, user_id: UUID, post_id: UUID) -> bool:
        removed = delete(grants).where(*self._key(user_id, post_id))
        if not await self._session.change(removed):
            return False
        self._session.touch([cache_tags.grants(user_id)])
        return True

    def _key(self, user_id: UUID, post_id: UUID) -> tuple[ColumnElement[bool], ...]:
        of_reader = grants.c.tenant == self._tenant, grants.c.user_id == user_id
        return *of_reader, grants.c.post_id == post_id
