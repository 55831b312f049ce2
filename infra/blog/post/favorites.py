"""Favourites, counted on their posts."""

from uuid import UUID

from sqlalchemy import and_, delete, insert, select, update

from application import cache_tags
from domain.post import Post
from infra.blog.post.table import favorites, posts
from infra.database.inserting import inserted
from infra.database.sessions import Session

FAVORED = and_(posts.c.tenant == favorites.c.tenant, posts.c.id == favorites.c.post_id)


class SqlFavoriteRepository:
    """Stores favourites."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tenant = session.tenant

    async def add(self, user_id: UUID, post: Post) -> None:
        row = {"tenant": self._tenant, "user_id": user_id, "post_id": post.id}
        shown = insert(favorites).values(**row, published_at=post.shown_since)
        if await inserted(self._session, shown):
            await self._count(user_id, post, 1)

    async def remove(self, user_id: UUID, post: Post) -> None:
        matched = await self._session.change(
            delete(favorites).where(
                favorites.c.tenant == self._tenant,
                favorites.c.user_id == user_id,
                favorites.c.post_id == post.id,
            )
        )
        if matched:
            await self._count(user_id, post, -1)

    async def count(self, post_id: UUID) -> int:
        counted = select(posts.c.favorites_count).where(
            posts.c.tenant == self._tenant, posts.c.id == post_id
        )
        return int(await self._session.scalar(counted))

    async def _count(self, user_id: UUID, post: Post, by: int) -> None:
        of_post = (posts.c.tenant == self._tenant, posts.c.id == post.id)
        counted = {"favorites_count": posts.c.favorites_count + by}
        await self._session.change(update(posts).where(*of_post).values(counted))
        own = cache_tags.favorites(user_id)
        self._session.touch({own, *cache_tags.of_counted_post(post.id, [post.slug])})
