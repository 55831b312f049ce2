"""Users as views."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, or_, select

from application.user.ports import UsersQuery
from application.user.views import (
    AccountView,
    PersonalTokensView,
    PersonalTokenView,
    PersonView,
    SessionsView,
    SessionView,
    UserPage,
    UserView,
)
from domain.ids import first_id, made_at
from domain.text import folded
from domain.token_family import LASTING, LIFETIME, LONGEST
from infra.blog.user.follows import FOLLOWED
from infra.blog.user.table import follows, personal_tokens, token_families, users
from infra.database.paging import bounded_count, cut, told
from infra.database.sessions import Session
from infra.database.views import Views
from infra.security.cursors import Cursor

_ORDER = "username"
_LISTED = 1_000


class SqlUserReader:
    """Selects users for a tenant."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._cursors = session.cursors
        self._people = Views(session, users, PersonView)
        self._accounts = Views(session, users, AccountView)
        self._users = Views(session, users, UserView)

    async def account(self, user_id: UUID) -> AccountView | None:
        return await self._accounts.first(users.c.id == user_id)

    async def user(self, user_id: UUID) -> UserView | None:
        return await self._users.first(users.c.id == user_id)

    async def person(self, username: str) -> PersonView | None:
        return await self._people.first(self._is_called(username))

    async def is_followed(self, username: str, by: UUID) -> bool:
        found = select(follows.c.follower_id).join(users, FOLLOWED)
        return bool(
            await self._session.scalar(
                found.where(
                    self._of_tenant(), self._is_called(username), follows.c.follower_id == by
                )
            )
        )

    async def sessions(self, user_id: UUID, present: UUID | None) -> SessionsView:
        own = token_families.c.tenant == self._session.tenant, token_families.c.user_id == user_id
        standing = _standing(datetime.now(UTC))
        newest = select(token_families).where(*own, *standing).order_by(token_families.c.id.desc())
        rows = await self._session.all(newest.limit(_LISTED))
        return SessionsView(items=tuple(_session(row, present) for row in rows))

    async def tokens(self, user_id: UUID) -> PersonalTokensView:
        own = personal_tokens.c.tenant == self._session.tenant, personal_tokens.c.user_id == user_id
        standing = select(personal_tokens).where(*own, personal_tokens.c.revoked_at.is_(None))
        newest = standing.order_by(personal_tokens.c.id.desc()).limit(_LISTED)
        rows = await self._session.all(newest)
        return PersonalTokensView(items=tuple(map(_token, rows)))

    async def page(self, query: UsersQuery) -> UserPage:
        chosen = self._chosen(query)
        page = self._users.selected.add_columns(users.c.username_folded).where(*chosen)
        if query.cursor:
            last = self._cursors.read(query.cursor, _ORDER).at
            page = page.where(users.c.username_folded > last)
        page = page.order_by(users.c.username_folded).offset(query.offset or 0)
        rows = await self._session.all(page.limit(query.limit + 1))
        counted = bounded_count(self._users.selected.with_only_columns(users.c.id).where(*chosen))
        total = int(await self._session.scalar(counted))
        shown, last_shown = cut(rows, query.limit)
        return UserPage(
            **told(total),
            items=tuple(map(self._users.of, shown)),
            next_cursor=self._cursor(last_shown.username_folded) if last_shown else None,
        )

    def _chosen(self, query: UsersQuery) -> list[ColumnElement[bool]]:
        chosen: list[ColumnElement[bool]] = []
        if query.role:
            chosen.append(users.c.role == query.role.value)
        if query.q:
            part = folded(query.q)
            in_name = users.c.username_folded.contains(part, autoescape=True)
            chosen.append(or_(in_name, users.c.email_folded.contains(part, autoescape=True)))
        return chosen

    def _cursor(self, username: str) -> str:
        return self._cursors.write(Cursor(_ORDER, username))

    def _of_tenant(self) -> ColumnElement[bool]:
        return users.c.tenant == self._session.tenant

    def _is_called(self, username: str) -> ColumnElement[bool]:
        return users.c.username_folded == folded(username)


def _standing(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a login is not over."""
    refreshed = and_(
        token_families.c.rotated_at > now - LIFETIME,
        token_families.c.id > first_id(now - LONGEST),
    )
    lasts = and_(token_families.c.generation == 0, token_families.c.id > first_id(now - LASTING))
    return token_families.c.revoked_at.is_(None), or_(refreshed, lasts)


def _session(row: Row[Any], present: UUID | None) -> SessionView:
    return SessionView(
        id=row.id,
        created_at=made_at(row.id),
        last_used_at=row.rotated_at,
        client=row.client,
        current=row.id == present,
    )


def _token(row: Row[Any]) -> PersonalTokenView:
    return PersonalTokenView(**{**row._mapping, "scopes": row.scopes.split()})
