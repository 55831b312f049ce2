"""Pictures as aggregates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, exists, not_, select

from application import cache_tags
from domain.ids import first_id
from domain.picture import KEPT_UNSHOWN_FOR, UNTOUCHED_FOR, Picture, Size, State
from infra.blog.media.table import picture_uses, pictures
from infra.database.housekeeping import Conditions
from infra.database.mapping import aggregate_of, values_of
from infra.database.repository import SqlRepository
from infra.database.sessions import Session


class SqlPictureRepository(SqlRepository[Picture]):
    """Loads and stores pictures."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, pictures, Picture)

    async def store(self, picture: Picture) -> None:
        await super().store(picture)
        if picture.state is State.READY and await self._is_shown(picture.id):
            # covers are shown wherever names of authors are
            self._session.touch(cache_tags.OF_COVERS)

    async def sent_before(self, owner_id: UUID, digest: bytes) -> Picture | None:
        own = pictures.c.tenant == self._tenant, pictures.c.owner_id == owner_id
        same = select(pictures).where(*own, pictures.c.digest == digest)
        row = await self._session.first(self._session.for_change(same))
        return self._aggregate(row) if row else None

    async def expired(self, now: datetime, limit: int) -> Sequence[UUID]:
        gone: list[UUID] = []
        for conditions in _expired(now):
            chosen = select(pictures.c.id).where(pictures.c.tenant == self._tenant, *conditions)
            rows = await self._session.all(chosen.limit(limit - len(gone)))
            gone += [row.id for row in rows]
        return list(dict.fromkeys(gone))

    async def remove(self, picture_id: UUID) -> None:
        own = pictures.c.tenant == self._tenant, pictures.c.id == picture_id
        await self._session.change(delete(pictures).where(*own))

    async def _is_shown(self, picture_id: UUID) -> bool:
        use = picture_uses.c
        own = use.tenant == self._tenant, use.picture_id == picture_id
        return await self._session.first(select(use.shown_by).where(*own).limit(1)) is not None

    def _aggregate(self, row: Row[Any]) -> Picture:
        sizes = tuple(Size(**size) for size in row.sizes)
        return aggregate_of(Picture, row, sizes=sizes, state=State(row.state))

    def _values(self, picture: Picture) -> Mapping[str, Any]:
        sizes = [asdict(size) for size in picture.sizes]
        return {
            **values_of(picture),
            "sizes": sizes,
            "state": picture.state.value,
            "kept_bytes": picture.kept_bytes,
        }


def _expired(now: datetime) -> Iterator[Conditions]:
    """Return what makes a picture expire, each with an index of its own."""
    before = now - UNTOUCHED_FOR
    is_left = pictures.c.state == State.UPLOADING.value
    yield is_left, pictures.c.updated_at < before
    same = picture_uses.c.tenant == pictures.c.tenant, picture_uses.c.picture_id == pictures.c.id
    is_unused = ~exists().where(*same)
    yield not_(is_left), pictures.c.deleted_at < before, is_unused
    yield not_(is_left), pictures.c.id < first_id(now - KEPT_UNSHOWN_FOR), is_unused
