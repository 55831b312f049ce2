"""What shows a picture: while anything does, its files stay."""

from collections.abc import Set as AbstractSet
from uuid import UUID

from sqlalchemy import delete, insert

from infra.blog.media.table import picture_uses
from infra.database.sessions import Session


class PictureUses:
    """Tracks which pictures the stored posts or users of a transaction show, and stores the
    differences."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tenant = session.tenant
        self._stored: dict[UUID, AbstractSet[UUID]] = {}

    def note(self, shown_by: UUID, pictures: AbstractSet[UUID]) -> None:
        """Note what one showed when it was loaded."""
        self._stored[shown_by] = pictures

    async def store(self, shown_by: UUID, pictures: AbstractSet[UUID]) -> None:
        """Store what one shows now."""
        before = self._stored.get(shown_by, frozenset())
        self._stored[shown_by] = pictures
        if gone := before - pictures:
            use = picture_uses.c
            own = use.tenant == self._tenant, use.shown_by == shown_by, use.picture_id.in_(gone)
            await self._session.change(delete(picture_uses).where(*own))
        if new := pictures - before:
            row = {"tenant": self._tenant, "shown_by": shown_by}
            rows = [row | {"picture_id": picture_id} for picture_id in sorted(new)]
            await self._session.change(insert(picture_uses), rows)
