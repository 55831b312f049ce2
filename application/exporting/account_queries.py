"""Queries of an account's export: each is a short read of its own, so that an archive that is
received slowly holds no connection."""

from collections.abc import Sequence
from uuid import UUID

from application.callers import authenticated
from application.exporting.account_ports import AccountExportReader
from application.exporting.account_views import ExportedComment, ExportedFavorite, ExportedFollow
from application.exporting.views import ExportedPost
from application.finding import found
from application.handlers import query_handler
from application.licence.views import GrantView
from application.services import Queries
from application.user.ports import UserReader
from application.user.views import AccountView
from application.working_copy.views import WorkingCopyView
from domain.errors import NotFound

POSTS = 10  # in memory at a time: a body has up to 1 MiB
_PAGE = 100


class AccountExportService(Queries):
    """Reads what belongs to the caller."""

    @query_handler
    async def get_account(self) -> AccountView:
        """Return the account; raises NotFound where it was deleted or closed."""
        user = found(await self.read_uow[UserReader].user(self._user_id), "account")
        if not user.is_active:
            raise NotFound("account")
        return AccountView(**user.model_dump(exclude={"is_active"}))

    @query_handler
    async def get_post_ids(self) -> Sequence[UUID]:
        """Return the ids of all posts but deleted ones."""
        return await self.read_uow[AccountExportReader].post_ids(self._user_id)

    @query_handler
    async def get_posts(self, post_ids: Sequence[UUID]) -> Sequence[ExportedPost]:
        """Return those of the posts that are there."""
        return await self.read_uow[AccountExportReader].posts(post_ids)

    @query_handler
    async def get_comments(self, after: ExportedComment | None) -> Sequence[ExportedComment]:
        """Return the comments after this one; none after the last."""
        return await self.read_uow[AccountExportReader].comments(self._user_id, after, _PAGE)

    @query_handler
    async def get_favorites(self, after: ExportedFavorite | None) -> Sequence[ExportedFavorite]:
        """Return the favourites after this one; none after the last."""
        return await self.read_uow[AccountExportReader].favorites(self._user_id, after, _PAGE)

    @query_handler
    async def get_working_copies(self, after: WorkingCopyView | None) -> Sequence[WorkingCopyView]:
        """Return the working copies after this one; none after the last."""
        return await self.read_uow[AccountExportReader].working_copies(self._user_id, after, POSTS)

    @query_handler
    async def get_grants(self, after: GrantView | None) -> Sequence[GrantView]:
        """Return the grants after this one; none after the last."""
        return await self.read_uow[AccountExportReader].grants(self._user_id, after, _PAGE)

    @query_handler
    async def get_follows(self, after: ExportedFollow | None) -> Sequence[ExportedFollow]:
        """Return the follows after this one; none after the last."""
        return await self.read_uow[AccountExportReader].follows(self._user_id, after, _PAGE)

    @property
    def _user_id(self) -> UUID:
        return authenticated(self.caller).id
