"""Ports of an account's export."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from application.exporting.account_views import ExportedComment, ExportedFavorite, ExportedFollow
from application.exporting.views import ExportedPost
from application.licence.views import GrantView
from application.working_copy.views import WorkingCopyView


class AccountExportReader(Protocol):
    """Selects what belongs to one user. Pages come in the order of their keys."""

    async def post_ids(self, user_id: UUID) -> Sequence[UUID]:
        """Return the ids of the user's posts, all but deleted ones."""

    async def posts(self, post_ids: Sequence[UUID]) -> Sequence[ExportedPost]:
        """Return those of the posts that are there."""

    async def comments(
        self, user_id: UUID, after: ExportedComment | None, limit: int
    ) -> Sequence[ExportedComment]: ...

    async def favorites(
        self, user_id: UUID, after: ExportedFavorite | None, limit: int
    ) -> Sequence[ExportedFavorite]: ...

    async def working_copies(
        self, user_id: UUID, after: WorkingCopyView | None, limit: int
    ) -> Sequence[WorkingCopyView]: ...

    async def grants(
        self, user_id: UUID, after: GrantView | None, limit: int
    ) -> Sequence[GrantView]: ...

    async def follows(
        self, user_id: UUID, after: ExportedFollow | None, limit: int
    ) -> Sequence[ExportedFollow]: ...
