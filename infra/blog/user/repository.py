"""Users as aggregates."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, case, or_, select

from application import cache_tags
from domain.caller import Role
from domain.text import folded
from domain.user import User
from infra.blog.media.uses import PictureUses
from infra.blog.user.table import users
from infra.database.mapping import aggregate_of, values_of
from infra.database.repository import SqlRepository
from infra.database.sessions import Session

# the fields of authors in posts, articles and comments
_Face = tuple[str, str, str | None, str | None]


class SqlUserRepository(SqlRepository[User]):
    """Loads and stores users."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, users, User)
        self._faces: dict[UUID, _Face] = {}
        self._uses = PictureUses(session)

    async def store(self, user: User) -> None:
        await super().store(user)
        await self._uses.store(user.id, user.pictures)

    async def called(self, username: str) -> User | None:
        row = await self._session.first(
            select(users).where(
                users.c.tenant == self._tenant, users.c.username_folded == folded(username)
            )
        )
        return self._aggregate(row) if row else None

    async def known_as(self, login: str) -> User | None:
        name = folded(login)
        # the email first, so that another user's username can't shadow it
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
        return self._aggregate(row) if row else None

    async def taken_fields(self, user: User) -> list[str]:
        is_called = users.c.username_folded == folded(user.username)
        has_email = users.c.email_folded == folded(user.email or "")
        others = (users.c.tenant == self._tenant, users.c.id != user.id)
        wanted = select(is_called.label("username"), has_email.label("email"))
        rows = await self._session.all(wanted.where(*others, or_(is_called, has_email)))
        return [
            field for field in ("username", "email") if any(row._mapping[field] for row in rows)
        ]

    def _tags(self, user: User) -> list[str]:
        before, now = self._faces.get(user.id), _face(user)
        self._faces[user.id] = now
        own = [cache_tags.user(user.username)]
        if before is None or before == now:
            return own
        renamed = [cache_tags.RENAMED] if before[0] != user.username else []
        return [*own, *renamed, *cache_tags.of_changed_user({before[0], user.username})]

    def _aggregate(self, row: Row[Any]) -> User:
        user = aggregate_of(User, row, role=Role(row.role))
        self._faces[user.id] = _face(user)
        self._uses.note(user.id, user.pictures)
        return user

    def _values(self, user: User) -> dict[str, Any]:
        return user_values(user)


def user_values(user: User) -> dict[str, Any]:
    """Return the column values of a user."""
    return {
        **values_of(user),
        "username_folded": folded(user.username),
        "email_folded": folded(user.email) if user.email else None,
        "role": user.role.value,
    }


def _face(user: User) -> _Face:
    return user.username, user.display_name, user.image, user.bio
