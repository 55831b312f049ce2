"""Tags as views, by one SELECT."""

from application.tag.ports import TAGS_SHOWN
from application.tag.views import TagList, TagView
from infra.blog.tag.table import tags
from infra.database.sessions import Session
from infra.database.views import Views


class SqlTagReader:
    """Selects tags for a tenant."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tags = Views(session, tags, TagView)

    async def most_used(self) -> TagList:
        used = self._tags.selected.where(tags.c.posts_count > 0)
        most_used = used.order_by(tags.c.posts_count.desc(), tags.c.tag).limit(TAGS_SHOWN)
        return TagList(items=tuple(map(self._tags.of, await self._session.all(most_used))))
