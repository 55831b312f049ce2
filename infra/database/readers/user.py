"""Users as views, straight into what goes out."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from application.user.ports import UsersQuery
from application.user.views import AccountView, PersonView, UserPage, UserView
from domain.text import folded
from infra.database.readers.paging import bounded_count, cut, told
from infra.database.sessions import Session
from infra.database.tables import follows, users
from infra.security.cursors import Cursor, Cursors

_PERSON = [users.c[name] for name in PersonView.model_fields]
_ACCOUNT = [users.c[name] for name in AccountView.model_fields]
_USER = [users.c[name] for name in UserView.model_fields]
_ORDER = "username"


class SqlUserReader:
    """Selects users for a tenant."""

    def __init__(self, session: Session, cursors: Cursors) -> None:
        self._session = session
        self._cursors = cursors

    async def account(self, user_id: UUID) -> AccountView | None:
        row = await self._session.first(
            select(*_ACCOUNT).where(self._of_tenant(), users.c.id == user_id)
        )
        return AccountView(**row._mapping) if row else None

    async def user(self, user_id: UUID) -> UserView | None:
        row = await self._session.first(
            select(*_USER).where(self._of_tenant(), users.c.id == user_id)
        )
        return UserView(**row._mapping) if row else None

    async def person(self, username: str) -> PersonView | None:
        row = await self._session.first(
            select(*_PERSON).where(self._of_tenant(), self._is_called(username))
        )
        return PersonView(**row._mapping) if row else None

    async def is_followed(self, username: str, by: UUID) -> bool:
        same = and_(follows.c.tenant == users.c.tenant, follows.c.followed_id == users.c.id)
        found = select(follows.c.follower_id).join(users, same)
        return bool(
            await self._session.scalar(
                found.where(
                    self._of_tenant(), self._is_called(username), follows.c.follower_id == by
                )
            )
        )

    async def page(self, query: UsersQuery) -> UserPage:
        chosen = self._chosen(query)
        page = select(*_USER, users.c.username_folded).where(*chosen)
        if query.cursor:
            last = self._cursors.read(query.cursor, _ORDER).at
            page = page.where(users.c.username_folded > last)
        page = page.order_by(users.c.username_folded).offset(query.offset or 0)
        rows = await self._session.all(page.limit(query.limit + 1))
        counted = bounded_count(select(users.c.id).where(*chosen))
        total = int(await self._session.scalar(counted))
        shown, last_shown = cut(rows, query.limit)
        return UserPage(
            **told(total),
            items=tuple(UserView.model_validate(dict(row._mapping)) for row in shown),
            next_cursor=self._cursor(last_shown.username_folded) if last_shown else None,
        )

    def _chosen(self, query: UsersQuery) -> list[ColumnElement[bool]]:
        chosen = [self._of_tenant()]
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
