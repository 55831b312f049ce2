"""What belongs to one user, for the export of an account."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from application.exporting.account_views import ExportedComment, ExportedFavorite, ExportedFollow
from application.exporting.views import ExportedPost
from application.licence.views import GrantView
from application.post.ports import Listing
from application.working_copy.views import WorkingCopyView
from infra.blog.comment.reader import POSTS as COMMENTED
from infra.blog.comment.table import comments
from infra.blog.exporting.reader import SqlExportReader
from infra.blog.licence.reader import SqlLicenceReader
from infra.blog.post.favorites import FAVORED
from infra.blog.post.sight import IS_PUBLIC
from infra.blog.post.table import favorites, posts
from infra.blog.user.follows import FOLLOWED
from infra.blog.user.table import follows, users
from infra.blog.working_copy.reader import SqlWorkingCopyReader
from infra.database.sessions import Session

_SLUG = posts.c.slug.label("post")
_COMMENT = [comments.c[name] for name in ExportedComment.model_fields if name in comments.c]


class SqlAccountExportReader:
    """Selects pages of a user's rows, each by an index in its order."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._posts = SqlExportReader(session)
        self._copies = SqlWorkingCopyReader(session)
        self._licences = SqlLicenceReader(session)

    async def post_ids(self, user_id: UUID) -> Sequence[UUID]:
        own = posts.c.tenant == self._session.tenant, posts.c.author_id == user_id
        not_deleted = posts.c.listing != Listing.DELETED.value  # which is a part of the index
        rows = await self._session.all(select(posts.c.id).where(*own, not_deleted))
        return sorted(row.id for row in rows)

    async def posts(self, post_ids: Sequence[UUID]) -> Sequence[ExportedPost]:
        return await self._posts.of(post_ids)

    async def comments(
        self, user_id: UUID, after: ExportedComment | None, limit: int
    ) -> Sequence[ExportedComment]:
        own = comments.c.tenant == self._session.tenant, comments.c.author_id == user_id
        page = (
            select(*_COMMENT, _SLUG)
            .outerjoin(posts, and_(COMMENTED, IS_PUBLIC))
            .where(*own, comments.c.deleted_at.is_(None), *_beyond(after))
            .order_by(comments.c.post_id, comments.c.number)
        )
        rows = await self._session.all(page.limit(limit))
        return [ExportedComment.model_validate(dict(row._mapping)) for row in rows]

    async def favorites(
        self, user_id: UUID, after: ExportedFavorite | None, limit: int
    ) -> Sequence[ExportedFavorite]:
        own = favorites.c.tenant == self._session.tenant, favorites.c.user_id == user_id
        beyond = [favorites.c.post_id > after.post_id] if after else []
        page = (
            select(favorites.c.post_id, _SLUG)
            .outerjoin(posts, and_(FAVORED, IS_PUBLIC))
            .where(*own, *beyond)
            .order_by(favorites.c.post_id)
        )
        rows = await self._session.all(page.limit(limit))
        return [ExportedFavorite.model_validate(dict(row._mapping)) for row in rows]

    async def working_copies(
        self, user_id: UUID, after: WorkingCopyView | None, limit: int
    ) -> Sequence[WorkingCopyView]:
        return await self._copies.of_user(user_id, after.post_id if after else None, limit)

    async def grants(
        self, user_id: UUID, after: GrantView | None, limit: int
    ) -> Sequence[GrantView]:
        return await self._licences.grants_of(user_id, after.post_id if after else None, limit)

    async def follows(
        self, user_id: UUID, after: ExportedFollow | None, limit: int
    ) -> Sequence[ExportedFollow]:
        own = follows.c.tenant == self._session.tenant, follows.c.follower_id == user_id
        beyond = [follows.c.followed_id > after.user_id] if after else []
        shown = users.c.id.label("user_id"), users.c.username, follows.c.created_at.label("since")
        page = select(*shown).select_from(follows).join(users, FOLLOWED).where(*own, *beyond)
        rows = await self._session.all(page.order_by(follows.c.followed_id).limit(limit))
        return [ExportedFollow.model_validate(dict(row._mapping)) for row in rows]


def _beyond(after: ExportedComment | None) -> Sequence[ColumnElement[bool]]:
    if after is None:
        return ()
    post_id, number = comments.c.post_id, comments.c.number
    # the first one bounds the range of the index
    return post_id >= after.post_id, or_(post_id > after.post_id, number > after.number)
