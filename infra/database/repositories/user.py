"""Users as aggregates."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, case, insert, or_, select, update

from application import cache_tags
from application.unit_of_work import ConcurrentChange
from domain.errors import NotFound
from domain.text import folded
from domain.user import Role, User
from infra.database.sessions import Session
from infra.database.tables import users

_Face = tuple[str, str, str | None]  # what posts and comments show of their authors


class SqlUserRepository:
    """Loads and stores users."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tenant = session.tenant
        self._faces: dict[UUID, _Face] = {}

    async def get(self, user_id: UUID) -> User:
        return await self._one(self._session.for_change(self._by_id(user_id)))

    async def get_locked(self, user_id: UUID) -> User:
        return await self._one(self._by_id(user_id).with_for_update())

    async def called(self, username: str) -> User | None:
        row = await self._session.first(
            select(users).where(
                users.c.tenant == self._tenant, users.c.username_folded == folded(username)
            )
        )
        return self._noted(row) if row else None

    async def known_as(self, login: str) -> User | None:
        name = folded(login)
        # nobody can lock another out by taking their email for a username: the email goes first
        email_first = case((users.c.email_folded == name, 0), else_=1)
        row = await self._session.first(
            select(users)
            .where(
                users.c.tenant == self._tenant,
                or_(users.c.email_folded == name, users.c.username_folded == name),
            )
            .order_by(email_first)
            .limit(1)
        )
        return self._noted(row) if row else None

    async def add(self, user: User) -> None:
        values = {"id": user.id, "tenant": self._tenant, "created_at": user.created_at}
        version = {"version": user.version}
        await self._session.change(insert(users).values(values | version | _to_values(user)))
        self._faces[user.id] = _face(user)
        self._session.touch([cache_tags.user(user.username)])

    async def store(self, user: User) -> None:
        matched = await self._session.change(
            update(users)
            .where(
                users.c.tenant == self._tenant,
                users.c.id == user.id,
                users.c.version == user.version,
            )
            .values(version=user.version + 1, **_to_values(user))
        )
        if not matched:
            raise ConcurrentChange
        user.version += 1
        self._touch(user)

    def _by_id(self, user_id: UUID) -> Select[Any]:
        return select(users).where(users.c.tenant == self._tenant, users.c.id == user_id)

    async def _one(self, statement: Select[Any]) -> User:
        row = await self._session.first(statement)
        if row is None:
            raise NotFound("user")
        return self._noted(row)

    def _noted(self, row: Row[Any]) -> User:
        user = _to_user(row)
        self._faces[user.id] = _face(user)
        return user

    def _touch(self, user: User) -> None:
        before, now = self._faces.get(user.id), _face(user)
        self._faces[user.id] = now
        if before and before != now:
            self._session.touch(cache_tags.of_changed_user({before[0], user.username}))
        self._session.touch([cache_tags.user(user.username)])


def _face(user: User) -> _Face:
    return user.username, user.display_name, user.image


def _to_values(user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "username_folded": folded(user.username),
        "email": user.email,
        "email_folded": folded(user.email) if user.email else None,
        "password_hash": user.password_hash,
        "display_name": user.display_name,
        "bio": user.bio,
        "image": user.image,
        "role": user.role.value,
        "is_active": user.is_active,
        "mails": user.mails,
        "updated_at": user.updated_at,
    }


def _to_user(row: Row[Any]) -> User:
    return User(
        id=row.id,
        username=row.username,
        email=row.email,
        password_hash=row.password_hash,
        display_name=row.display_name,
        bio=row.bio,
        image=row.image,
        role=Role(row.role),
        is_active=row.is_active,
        mails=row.mails,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
