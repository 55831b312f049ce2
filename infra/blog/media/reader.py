"""Pictures as views."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select

from application.media.ports import ORIGINAL, ShownFile
from application.media.views import (
    PicturePage,
    PictureView,
    ShownPicture,
    path_of_picture,
    sizes_of,
)
from application.pages import PageQuery
from domain.caller import Caller
from domain.picture import SIZE_TYPE, State, name_of_size
from infra.blog.media.table import pictures
from infra.database.paging import page_by_id
from infra.database.sessions import Session

_MADE = ("url", "bytes", "sizes")
_PLAIN = tuple(name for name in PictureView.model_fields if name not in _MADE)
_SELECTED = (
    pictures.c.name,
    pictures.c.byte_count,
    pictures.c.sizes,
    *(pictures.c[name] for name in _PLAIN),
)


class SqlPictureReader:
    """Selects pictures for a tenant."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, picture_id: UUID, seen_by: Caller) -> PictureView | None:
        row = await self._session.first(self._seen(seen_by).where(pictures.c.id == picture_id))
        return _view(row) if row else None

    async def page(self, query: PageQuery, seen_by: Caller) -> PicturePage:
        found = self._seen(seen_by)
        rows, about = await page_by_id(self._session, found, pictures.c.id, query)
        return PicturePage(items=tuple(map(_view, rows)), **about)

    async def shown(self, picture_ids: Collection[UUID]) -> Mapping[UUID, ShownPicture]:
        wanted = pictures.c.id.in_(list(picture_ids)), pictures.c.state == State.READY.value
        own = select(*_SELECTED).where(pictures.c.tenant == self._session.tenant, *wanted)
        return {row.id: _shown(row) for row in await self._session.all(own)}

    async def file(self, picture_id: UUID, name: str) -> ShownFile | None:
        own = pictures.c.tenant == self._session.tenant, pictures.c.id == picture_id
        is_ready = pictures.c.state == State.READY.value
        row = await self._session.first(select(*_SELECTED).where(*own, is_ready))
        return _file(row, name) if row else None

    def _seen(self, seen_by: Caller) -> Select[Any]:
        seen = select(*_SELECTED).where(
            pictures.c.tenant == self._session.tenant,
            pictures.c.deleted_at.is_(None),
            pictures.c.state != State.UPLOADING.value,
        )
        return seen if seen_by.edits_all_posts else seen.where(pictures.c.owner_id == seen_by.id)


def _view(row: Row[Any]) -> PictureView:
    return PictureView(
        url=path_of_picture(row.id, row.name),
        bytes=row.byte_count,
        sizes=sizes_of(row.id, row.name, row.sizes),
        **{name: row._mapping[name] for name in _PLAIN},
    )


def _shown(row: Row[Any]) -> ShownPicture:
    return ShownPicture(
        url=path_of_picture(row.id, row.name),
        sizes=sizes_of(row.id, row.name, row.sizes),
        **{name: row._mapping[name] for name in ("id", "alt", "width", "height")},
    )


def _file(row: Row[Any], name: str) -> ShownFile | None:
    folder = row.id.hex
    if name == row.name:
        return ShownFile(f"{folder}/{ORIGINAL}", row.type, row.byte_count)
    for size in row.sizes:
        if name == name_of_size(row.name, size["width"]):
            return ShownFile(f"{folder}/{size['width']}", SIZE_TYPE, size["bytes"])
    return None
