"""Who follows whom, counted on whom they follow."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, update

from application import cache_tags
from domain.user import User
from infra.database.repositories.inserting import inserted
from infra.database.sessions import Session
from infra.database.tables import follows, users


class SqlFollowRepository:
    """Stores who follows whom."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tenant = session.tenant

    async def add(self, follower_id: UUID, followed: User, now: datetime) -> None:
        row = {"tenant": self._tenant, "follower_id": follower_id, "followed_id": followed.id}
        if await inserted(self._session, insert(follows).values(**row, created_at=now)):
            await self._count(followed, 1)

    async def remove(self, follower_id: UUID, followed: User) -> None:
        matched = await self._session.change(
            delete(follows).where(
                follows.c.tenant == self._tenant,
                follows.c.follower_id == follower_id,
                follows.c.followed_id == followed.id,
            )
        )
        if matched:
            await self._count(followed, -1)

    async def _count(self, user: User, by: int) -> None:
        of_user = (users.c.tenant == self._tenant, users.c.id == user.id)
        counted = {"followers_count": users.c.followers_count + by}
        await self._session.change(update(users).where(*of_user).values(counted))
        self._session.touch([cache_tags.user(user.username)])
