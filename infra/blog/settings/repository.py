"""The settings of a blog as an aggregate of one row."""

from sqlalchemy import insert, select, update

from domain.blog import BlogSettings, Registration
from domain.caller import Role
from infra.blog.settings.table import blog_settings
from infra.database.inserting import inserted
from infra.database.sessions import Session


class SqlBlogRepository:
    """Reads and stores the settings of a tenant."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._own = blog_settings.c.tenant == session.tenant

    async def settings(self) -> BlogSettings:
        row = await self._session.first(select(blog_settings).where(self._own))
        if row is None:
            return BlogSettings()
        return BlogSettings(Registration(row.registration), Role(row.registration_role))

    async def store(self, settings: BlogSettings) -> None:
        chosen = {
            "registration": settings.registration.value,
            "registration_role": settings.registration_role.value,
        }
        own = {"tenant": self._session.tenant}
        if not await inserted(self._session, insert(blog_settings), own | chosen):
            await self._session.change(update(blog_settings).where(self._own).values(chosen))
