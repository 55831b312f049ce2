"""The settings of a blog as an aggregate of one row."""

from typing import Any

from sqlalchemy import Row, insert, select, update

from application import cache_tags
from domain.blog import BlogSettings, MenuLink, Registration
from domain.caller import Role
from infra.blog.settings.table import blog_settings
from infra.database.inserting import inserted
from infra.database.sessions import Session

_NEW = BlogSettings()


class SqlBlogRepository:
    """Reads and stores the settings of a tenant."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._own = blog_settings.c.tenant == session.tenant

    async def settings(self) -> BlogSettings:
        row = await self._session.first(select(blog_settings).where(self._own))
        return BlogSettings() if row is None else _settings(row)

    async def store(self, settings: BlogSettings) -> None:
        chosen = _to_values(settings)
        own = {"tenant": self._session.tenant}
        if not await inserted(self._session, insert(blog_settings), own | chosen):
            await self._session.change(update(blog_settings).where(self._own).values(chosen))
        self._session.touch([cache_tags.BLOG])


def _settings(row: Row[Any]) -> BlogSettings:
    return BlogSettings(
        registration=Registration(row.registration),
        registration_role=Role(row.registration_role),
        title=row.title or _NEW.title,
        tagline=row.tagline,
        language=row.language or _NEW.language,
        menu=tuple(MenuLink(**link) for link in row.menu or ()),
        comments=_NEW.comments if row.comments is None else row.comments,
    )


def _to_values(settings: BlogSettings) -> dict[str, Any]:
    return {
        "registration": settings.registration.value,
        "registration_role": settings.registration_role.value,
        "title": settings.title,
        "tagline": settings.tagline,
        "language": settings.language,
        "menu": [{"label": link.label, "address": link.address} for link in settings.menu],
        "comments": settings.comments,
    }
