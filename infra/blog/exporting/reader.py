"""Whole posts for an export: a page of posts, then the addresses of that page."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, select

from application.exporting.views import ExportedPost
from domain.post import AddressKind
from infra.blog.post.statements import AUTHORS
from infra.blog.post.table import addresses, posts
from infra.blog.user.table import users
from infra.database.sessions import Session

_OF_POST = [posts.c[name] for name in ExportedPost.model_fields if name in posts.c]
_Addresses = dict[str, list[str]]  # by their kinds


class SqlExportReader:
    """Selects whole posts of a tenant."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def count(self) -> int:
        statement = select(func.count()).select_from(posts).where(self._exported())
        return int(await self._session.scalar(statement))

    async def page(self, after: UUID | None, limit: int) -> Sequence[ExportedPost]:
        later = [posts.c.id > after] if after else []
        return await self._whole(self._selected().where(*later).limit(limit))

    async def of(self, post_ids: Sequence[UUID]) -> Sequence[ExportedPost]:
        """Return those of the posts that are there."""
        return await self._whole(self._selected().where(posts.c.id.in_(post_ids)))

    def _selected(self) -> Select[Any]:
        whole = select(*_OF_POST, users.c.username, users.c.display_name).join(users, AUTHORS)
        return whole.where(self._exported()).order_by(posts.c.id)

    async def _whole(self, statement: Select[Any]) -> Sequence[ExportedPost]:
        rows = await self._session.all(statement)
        kept = await self._addresses([row.id for row in rows]) if rows else {}
        return [_exported(row, kept[row.id]) for row in rows]

    async def _addresses(self, post_ids: list[UUID]) -> dict[UUID, _Addresses]:
        rows = await self._session.all(
            select(addresses)
            .where(addresses.c.tenant == self._session.tenant, addresses.c.post_id.in_(post_ids))
            .order_by(addresses.c.address)
        )
        found: dict[UUID, _Addresses] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            found[row.post_id][row.kind].append(row.address)
        return found

    def _exported(self) -> ColumnElement[bool]:
        return and_(posts.c.tenant == self._session.tenant, posts.c.deleted_at.is_(None))


def _exported(row: Row[Any], kept: _Addresses) -> ExportedPost:
    slugs, paths = kept[AddressKind.SLUG.value], kept[AddressKind.PATH.value]
    return ExportedPost(
        **row._mapping,
        former_slugs=tuple(slug for slug in slugs if slug != row.slug),
        path=paths[0] if paths else None,
        aliases=tuple(kept[AddressKind.ALIAS.value]),
    )
