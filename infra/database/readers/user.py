"""Users as views: one SELECT each, straight into what goes out."""

from uuid import UUID

from sqlalchemy import ColumnElement, select

from application.user.views import AccountView, ProfileView
from domain.text import folded
from infra.database.sessions import Session
from infra.database.tables import users

_PROFILE = [users.c[name] for name in ProfileView.model_fields]
_ACCOUNT = [users.c[name] for name in AccountView.model_fields]


class SqlUserReader:
    """Selects users for a tenant."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def account(self, user_id: UUID) -> AccountView | None:
        row = await self._session.first(
            select(*_ACCOUNT).where(self._of_tenant(), users.c.id == user_id)
        )
        return AccountView(**row._mapping) if row else None

    async def profile(self, username: str) -> ProfileView | None:
        row = await self._session.first(
            select(*_PROFILE).where(self._of_tenant(), users.c.username_folded == folded(username))
        )
        return ProfileView(**row._mapping) if row else None

    def _of_tenant(self) -> ColumnElement[bool]:
        return users.c.tenant == self._session.tenant
