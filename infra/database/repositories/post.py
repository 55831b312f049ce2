"""Posts as aggregates, their tags and their addresses."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, insert, select, update

from application import cache_tags
from application.post.ports import Listing
from application.unit_of_work import ConcurrentChange
from domain.errors import NotFound
from domain.post import AddressKind, Post, Status
from infra.database.repositories.inserting import inserted
from infra.database.repositories.post_filters import PostFilters
from infra.database.sessions import Session
from infra.database.tables import addresses, posts

_FIRST_WINDOW = 8
# made once: to write down a statement takes longer than to send it
_INSERT_POST, _INSERT_ADDRESS = insert(posts), insert(addresses)


class SqlPostRepository:
    """Loads and stores posts, each with its tags, and gives out addresses."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tenant = session.tenant
        self._filters = PostFilters(session)

    async def get(self, post_id: UUID) -> Post:
        return await self._one(self._session.for_change(self._by_id(post_id)))

    async def get_locked(self, post_id: UUID) -> Post:
        return await self._one(self._by_id(post_id).with_for_update())

    async def add(self, post: Post) -> None:
        values = {"id": post.id, "tenant": self._tenant, "author_id": post.author_id}
        version = {"version": post.version, "created_at": post.created_at}
        await self._session.change(_INSERT_POST, values | version | _to_values(post))
        await self._filters.add(post)
        if post.is_public:
            self._session.touch(cache_tags.of_changed_post(post.id, [post.slug]))
        else:
            self._stay_unseen(post)

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
        was_public = self._filters.shows(post.id)
        await self._filters.store(post)
        if was_public or post.is_public:
            slugs = await self._slugs_of(post.id)
            self._session.touch(cache_tags.of_changed_post(post.id, slugs))
        else:
            self._stay_unseen(post)

    async def claim(self, address: str, post_id: UUID, kind: AddressKind) -> bool:
        claimed = {
            "tenant": self._tenant,
            "address": address,
            "post_id": post_id,
            "kind": kind.value,
        }
        if await inserted(self._session, _INSERT_ADDRESS, claimed):
            if kind is AddressKind.SLUG:
                # there was nothing under it until now
                self._session.touch([cache_tags.post(address)])
            return True
        return await self._holder(address) == post_id

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

    async def written_at(self, slugs: Iterable[str]) -> dict[str, datetime]:
        of_post = and_(posts.c.tenant == addresses.c.tenant, posts.c.id == addresses.c.post_id)
        rows = await self._session.all(
            select(addresses.c.address, posts.c.created_at)
            .join(posts, of_post)
            .where(addresses.c.tenant == self._tenant, addresses.c.address.in_(list(slugs)))
        )
        return {row.address: row.created_at for row in rows}

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

    def _stay_unseen(self, post: Post) -> None:
        # the claim of its slug touched it; as nobody sees the post, there is still nothing under it
        self._session.untouch([cache_tags.post(post.slug)])

    async def _slugs_of(self, post_id: UUID) -> set[str]:
        is_slug = addresses.c.kind == AddressKind.SLUG.value
        return await self._held(addresses.c.post_id == post_id, is_slug)

    def _by_id(self, post_id: UUID) -> Select[Any]:
        return select(posts).where(posts.c.tenant == self._tenant, posts.c.id == post_id)

    async def _one(self, statement: Select[Any]) -> Post:
        row = await self._session.first(statement)
        if row is None:
            raise NotFound("post")
        post = _to_post(row)
        self._filters.note(post)
        return post


def _to_values(post: Post) -> dict[str, Any]:
    return {
        "slug": post.slug,
        "title": post.title,
        "summary": post.summary,
        "body": post.body,
        "tags": list(post.tags),
        "byline": post.byline,
        "status": post.status.value,
        "listing": Listing.DELETED.value if post.deleted_at else post.status.value,
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
