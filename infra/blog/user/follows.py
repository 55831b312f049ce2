"""Follows, counted on the followed user."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, delete, func, insert, select, update

from application import cache_tags
from application.user.ports import Follower
from domain.user import User
from infra.blog.user.table import follows, users
from infra.database.inserting import inserted
from infra.database.sessions import Session

FOLLOWED = and_(users.c.tenant == follows.c.tenant, users.c.id == follows.c.followed_id)
_FOLLOWERS = and_(users.c.tenant == follows.c.tenant, users.c.id == follows.c.follower_id)
_GETS_MAIL = (users.c.mails, users.c.is_active, users.c.email_verified)


class SqlFollowRepository:
    """Stores follows."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tenant = session.tenant

    async def add(self, follower_id: UUID, followed: User, now: datetime) -> None:
        row = {"tenant": self._tenant, "follower_id": follower_id, "followed_id": followed.id}
        if await inserted(self._session, insert(follows).values(**row, created_at=now)):
            await self._count(follower_id, followed, 1)

    async def remove(self, follower_id: UUID, followed: User) -> None:
        matched = await self._session.change(
            delete(follows).where(
                follows.c.tenant == self._tenant,
                follows.c.follower_id == follower_id,
                follows.c.followed_id == followed.id,
            )
        )
        if matched:
            await self._count(follower_id, followed, -1)

    async def has_mailed(self, followed_id: UUID) -> bool:
        return await self._session.first(self._mailed(followed_id).limit(1)) is not None

    async def count_mailed(self, followed_id: UUID) -> int:
        counted = self._mailed(followed_id).with_only_columns(func.count())
        return int(await self._session.scalar(counted))

    async def mailed(self, followed_id: UUID, after: UUID, limit: int) -> Sequence[Follower]:
        later = self._mailed(followed_id).where(follows.c.follower_id > after)
        page = later.order_by(follows.c.follower_id).limit(limit)
        return [Follower(row.id, row.email) for row in await self._session.all(page)]

    def _mailed(self, followed_id: UUID) -> Select[Any]:
        followed = (follows.c.tenant == self._tenant, follows.c.followed_id == followed_id)
        found = select(users.c.id, users.c.email).select_from(follows).join(users, _FOLLOWERS)
        return found.where(*followed, *_GETS_MAIL)

    async def _count(self, follower_id: UUID, followed: User, by: int) -> None:
        of_user = (users.c.tenant == self._tenant, users.c.id == followed.id)
        counted = {"followers_count": users.c.followers_count + by}
        await self._session.change(update(users).where(*of_user).values(counted))
        own = cache_tags.follows(follower_id)
        self._session.touch([own, cache_tags.user(followed.username)])
