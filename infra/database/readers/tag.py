"""Tags as views: one SELECT, straight into what goes out."""

from sqlalchemy import select

from application.tag.ports import TAGS_SHOWN
from application.tag.views import TagList, TagView
from infra.database.sessions import Session
from infra.database.tables import tags


class SqlTagReader:
    """Selects tags for a tenant."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def most_used(self) -> TagList:
        rows = await self._session.all(
            select(tags.c.name, tags.c.posts_count)
            .where(tags.c.tenant == self._session.tenant, tags.c.posts_count > 0)
            .order_by(tags.c.posts_count.desc(), tags.c.tag)
            .limit(TAGS_SHOWN)
        )
        return TagList(items=tuple(TagView(**row._mapping) for row in rows))
