"""Comments as aggregates, numbered and counted on their posts."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update

from application import cache_tags
from application.finding import found
from domain.comment import Comment
from infra.blog.comment.table import comments
from infra.blog.post.table import posts
from infra.database.mapping import aggregate_of, store_values, values_of
from infra.database.sessions import Session


class SqlCommentRepository:
    """Loads and stores comments."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tenant = session.tenant

    async def get(self, post_id: UUID, number: int) -> Comment:
        row = await self._session.first(
            select(comments).where(
                comments.c.tenant == self._tenant,
                comments.c.post_id == post_id,
                comments.c.number == number,
                comments.c.deleted_at.is_(None),
            )
        )
        return aggregate_of(Comment, found(row, "comment"))

    async def add(self, comment: Comment) -> None:
        of_post = (posts.c.tenant == self._tenant, posts.c.id == comment.post_id)
        post = await self._post(comment.post_id)
        comment.number = post.comments_numbered + 1
        values = {"tenant": self._tenant, **values_of(comment)}
        await self._session.change(insert(comments).values(values))
        counted = {"comments_numbered": posts.c.comments_numbered + 1}
        counted["comments_count"] = posts.c.comments_count + 1
        await self._session.change(update(posts).where(*of_post).values(counted))
        self._session.touch(cache_tags.of_commented_post(comment.post_id, [post.slug]))

    async def store(self, comment: Comment) -> None:
        key = {"post_id": comment.post_id, "number": comment.number}
        changed = ("body", "updated_at", "deleted_at")
        values = {name: getattr(comment, name) for name in changed}
        await store_values(self._session, comments, comment, key, values)
        if comment.deleted_at:
            await self._count_one_less(comment.post_id)
        slug = (await self._post(comment.post_id)).slug
        self._session.touch(cache_tags.of_commented_post(comment.post_id, [slug]))

    async def _count_one_less(self, post_id: UUID) -> None:
        of_post = (posts.c.tenant == self._tenant, posts.c.id == post_id)
        less = {"comments_count": posts.c.comments_count - 1}
        await self._session.change(update(posts).where(*of_post).values(less))

    async def _post(self, post_id: UUID) -> Row[Any]:
        of_post = (posts.c.tenant == self._tenant, posts.c.id == post_id)
        found = select(posts.c.slug, posts.c.comments_numbered).where(*of_post)
        return (await self._session.execute(found)).one()
