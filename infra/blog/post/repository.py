"""Posts as aggregates, their tags and their addresses."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, insert, or_, select, update

from application import cache_tags
from application.post.ports import Listing
from domain.post import Access, AddressKind, Kind, Post, Status
from infra.blog.media.uses import PictureUses
from infra.blog.post.filters import PostFilters
from infra.blog.post.table import addresses, posts
from infra.blog.revision.keeping import Revisions
from infra.database.inserting import inserted
from infra.database.mapping import aggregate_of, store_values
from infra.database.repository import SqlRepository
from infra.database.sessions import Session

_FIRST_WINDOW = 8
# built once: to compile a statement takes longer than to send it
_INSERT_POST, _INSERT_ADDRESS = insert(posts), insert(addresses)


class _Place(NamedTuple):
    """What the neighbours of a post show of it, and when they are its neighbours."""

    shown_since: datetime | None
    slug: str
    title: str

    @classmethod
    def of(cls, post: Post) -> "_Place":
        return cls(post.shown_since, post.slug, post.title)


class SqlPostRepository(SqlRepository[Post]):
    """Loads and stores posts, each with its tags, and gives out addresses."""

    def __init__(self, session: Session, *, keeps_revisions: bool = True) -> None:
        super().__init__(session, posts, Post)
        self._filters = PostFilters(session)
        self._uses = PictureUses(session)
        self._revisions = Revisions(session, are_kept=keeps_revisions)
        self._places: dict[UUID, _Place] = {}  # of the posts as they were loaded
        self._public: dict[UUID, bool] = {}  # whether each is, as it is stored

    async def add(self, post: Post) -> None:
        values = {"id": post.id, "tenant": self._tenant, "author_id": post.author_id}
        version = {"version": post.version, "created_at": post.created_at}
        own = version | {"revision": self._revisions.of_new(post)}
        await self._session.change(_INSERT_POST, values | own | _to_values(post))
        await self._revisions.add(post)
        await self._filters.add(post)
        self._public[post.id] = post.is_public
        await self._uses.store(post.id, post.pictures)
        if post.is_public:
            self._session.touch(cache_tags.of_changed_post(post.id, [post.slug]))
            self._session.touch([cache_tags.ORDER])
        else:
            self._stay_unseen(post)

    async def store(self, post: Post) -> None:
        revision = self._revisions.of_changed(post)
        values = _to_values(post) | {"revision": revision}
        await store_values(self._session, posts, post, {"id": post.id}, values)
        await self._revisions.store(post, revision)
        was_public, self._public[post.id] = self._public[post.id], post.is_public
        await self._filters.store(post)
        await self._uses.store(post.id, post.pictures)
        if was_public or post.is_public:
            slugs = await self._slugs_of(post.id)
            self._session.touch(cache_tags.of_changed_post(post.id, slugs))
            self._touch_order(post)
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
                # no entry can have its tags yet
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

    async def claim_notification(self, post_id: UUID, job_id: UUID) -> bool:
        own, claimant = posts.c.tenant == self._tenant, posts.c.notified_by
        is_free = or_(claimant.is_(None), claimant == job_id)
        claimed = update(posts).where(own, posts.c.id == post_id, is_free)
        return bool(await self._session.change(claimed.values(notified_by=job_id)))

    async def of_author(self, author_id: UUID, limit: int) -> list[Post]:
        own = posts.c.tenant == self._tenant, posts.c.author_id == author_id
        some = select(posts).where(*own, posts.c.deleted_at.is_(None)).limit(limit)
        return [self._aggregate(row) for row in await self._session.all(some)]

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

    def _touch_order(self, post: Post) -> None:
        before, now = self._places[post.id], _Place.of(post)
        if now != before:
            self._session.touch([cache_tags.ORDER])
        if now.slug != before.slug:
            self._session.touch([cache_tags.RENAMED])

    def _stay_unseen(self, post: Post) -> None:
        # the claim of its slug touched them; as the post is not public, no entry has these tags
        self._session.untouch([cache_tags.post(post.slug)])

    async def _slugs_of(self, post_id: UUID) -> set[str]:
        is_slug = addresses.c.kind == AddressKind.SLUG.value
        return await self._held(addresses.c.post_id == post_id, is_slug)

    def _aggregate(self, row: Row[Any]) -> Post:
        post = aggregate_of(
            Post,
            row,
            tags=tuple(row.tags),
            status=Status(row.status),
            kind=Kind(row.kind),
            access=Access(row.access),
        )
        self._filters.note(post)
        self._uses.note(post.id, post.pictures)
        self._revisions.note(post, row.revision)
        self._places[post.id] = _Place.of(post)
        self._public[post.id] = post.is_public
        return post


def _listing(post: Post) -> Listing:
    if post.deleted_at:
        return Listing.DELETED
    is_page = post.is_public and post.kind is Kind.PAGE
    return Listing.PAGE if is_page else Listing(post.status.value)


def _to_values(post: Post) -> dict[str, Any]:
    return {
        "slug": post.slug,
        "title": post.title,
        "summary": post.summary,
        "body": post.body,
        "tags": list(post.tags),
        "byline": post.byline,
        "cover_id": post.cover_id,
        "status": post.status.value,
        "kind": post.kind.value,
        "access": post.access.value,
        "listing": _listing(post).value,
        "updated_at": post.updated_at,
        "published_at": post.published_at,
        "deleted_at": post.deleted_at,
    }
