"""Posts as aggregates, their tags and their addresses."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from application.unit_of_work import ConcurrentChange
from domain.errors import NotFound
from domain.post import AddressKind, Post, Status
from domain.text import folded
from infra.database.sessions import Session
from infra.database.tables import addresses, post_tags, posts

_FIRST_WINDOW = 8


class SqlPostRepository:
    """Loads and stores posts, each with its tags, and gives out addresses."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tenant = session.tenant
        self._tags_of: dict[UUID, list[dict[str, Any]]] = {}

    async def get(self, post_id: UUID) -> Post:
        statement = select(posts).where(posts.c.tenant == self._tenant, posts.c.id == post_id)
        row = await self._session.first(self._session.for_change(statement))
        if row is None:
            raise NotFound("post")
        post = _to_post(row)
        self._tags_of[post.id] = self._tag_rows(post)
        return post

    async def add(self, post: Post) -> None:
        values = {"id": post.id, "tenant": self._tenant, "author_id": post.author_id}
        version = {"version": post.version, "created_at": post.created_at}
        await self._session.change(insert(posts).values(values | version | _to_values(post)))
        self._tags_of[post.id] = self._tag_rows(post)
        await self._add_tags(self._tags_of[post.id])

    async def store(self, post: Post) -> None:
        matched = await self._session.change(
            update(posts)
            .where(
                posts.c.tenant == self._tenant,
                posts.c.id == post.id,
                posts.c.version == post.version,
            )
            .values(version=post.version + 1, **_to_values(post))
        )
        if not matched:
            raise ConcurrentChange
        post.version += 1
        await self._store_tags(post)

    async def claim(self, address: str, post_id: UUID, kind: AddressKind) -> bool:
        claimed = {
            "tenant": self._tenant,
            "address": address,
            "post_id": post_id,
            "kind": kind.value,
        }
        try:
            await self._session.change(insert(addresses).values(claimed))
        except IntegrityError:
            return await self._holder(address) == post_id
        return True

    async def free_slug(self, stem: str) -> str:
        first, window = 2, _FIRST_WINDOW
        while True:
            slugs = [f"{stem}-{number}" for number in range(first, first + window)]
            taken = await self.claimed(slugs)
            for slug in slugs:
                if slug not in taken:
                    return slug
            first, window = first + window, window * 2

    async def claimed(self, wanted: Iterable[str]) -> set[str]:
        return await self._held(addresses.c.address.in_(list(wanted)))

    async def imported_from(self, paths: Iterable[str]) -> set[str]:
        is_path = addresses.c.kind == AddressKind.PATH.value
        return await self._held(addresses.c.address.in_(list(paths)), is_path)

    async def _held(self, *conditions: ColumnElement[bool]) -> set[str]:
        rows = await self._session.all(
            select(addresses.c.address).where(addresses.c.tenant == self._tenant, *conditions)
        )
        return {row.address for row in rows}

    async def _holder(self, address: str) -> UUID | None:
        holder: UUID | None = await self._session.scalar(
            select(addresses.c.post_id).where(
                addresses.c.tenant == self._tenant, addresses.c.address == address
            )
        )
        return holder

    async def _store_tags(self, post: Post) -> None:
        rows = self._tag_rows(post)
        if rows == self._tags_of.get(post.id):
            return
        self._tags_of[post.id] = rows
        await self._session.change(
            delete(post_tags).where(
                post_tags.c.tenant == self._tenant, post_tags.c.post_id == post.id
            )
        )
        await self._add_tags(rows)

    async def _add_tags(self, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            await self._session.change(insert(post_tags).values(list(rows)))

    def _tag_rows(self, post: Post) -> list[dict[str, Any]]:
        shown_since = post.published_at if post.is_public else None
        row = {"tenant": self._tenant, "post_id": post.id, "published_at": shown_since}
        return [row | {"tag": folded(tag)} for tag in post.tags]


def _to_values(post: Post) -> dict[str, Any]:
    return {
        "slug": post.slug,
        "title": post.title,
        "summary": post.summary,
        "body": post.body,
        "tags": list(post.tags),
        "byline": post.byline,
        "status": post.status.value,
        "updated_at": post.updated_at,
        "published_at": post.published_at,
        "deleted_at": post.deleted_at,
    }


def _to_post(row: Row[Any]) -> Post:
    return Post(
        id=row.id,
        author_id=row.author_id,
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        body=row.body,
        tags=tuple(row.tags),
        byline=row.byline,
        status=Status(row.status),
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        published_at=row.published_at,
        deleted_at=row.deleted_at,
    )
