"""Queries of working copies."""

from uuid import UUID

from application.callers import authenticated
from application.finding import found
from application.handlers import query_handler
from application.revision.ports import RevisionReader
from application.services import Queries
from application.working_copy.ports import WorkingCopyReader
from application.working_copy.views import WorkingCopyView
from domain.post import check_change


class WorkingCopyQueryService(Queries):
    """Reads one caller's working copies."""

    @query_handler
    async def get_working_copy(self, post_id: UUID) -> WorkingCopyView:
        """Return the caller's working copy of a post; raises as a change of the post does, and
        NotFound where there is none."""
        caller = authenticated(self.caller)
        post = found(await self.read_uow[RevisionReader].ownership(post_id), "post")
        check_change(post.author_id, caller, is_public=post.is_public)
        return found(await self.read_uow[WorkingCopyReader].get(post_id, caller.id), "working copy")
