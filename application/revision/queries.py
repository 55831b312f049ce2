"""Queries of revisions, for those who may change their post."""

import asyncio
from uuid import UUID

from application.callers import authenticated
from application.finding import found
from application.handlers import query_handler
from application.pages import PageQuery
from application.post.ports import PostReader
from application.revision.diff import difference
from application.revision.ports import RevisionReader
from application.revision.views import RevisionDiff, RevisionPage, RevisionView
from application.services import Queries
from domain.post import check_change
from domain.revision import PostText

Texts = tuple[int, PostText, int, PostText]


class RevisionQueryService(Queries):
    """Reads revisions for one caller."""

    @query_handler
    async def get_revisions(self, post_id: UUID, query: PageQuery) -> RevisionPage:
        """Return the total and a page; raises as a change of the post does."""
        await self._check(post_id)
        return await self.read_uow[RevisionReader].page(post_id, query)

    @query_handler
    async def get_revision(self, post_id: UUID, version: int) -> RevisionView:
        """Return a revision; raises NotFound, also where it was thinned."""
        await self._check(post_id)
        return await self._revision(post_id, version)

    async def get_diff(self, post_id: UUID, version: int, to: int | None) -> RevisionDiff:
        """Return what differs between a revision and another one, or the present text."""
        # compared once no connection is held, and in a thread, as it may take a while
        return await asyncio.to_thread(difference, *await self._texts(post_id, version, to))

    @query_handler
    async def _texts(self, post_id: UUID, version: int, to: int | None) -> Texts:
        await self._check(post_id)
        revision = await self._revision(post_id, version)
        if to is None:
            post = found(await self.read_uow[PostReader].get(post_id, self.caller), "post")
            return version, PostText.of(revision), post.version, PostText.of(post)
        other = await self._revision(post_id, to)
        return version, PostText.of(revision), to, PostText.of(other)

    async def _check(self, post_id: UUID) -> None:
        caller = authenticated(self.caller)
        post = found(await self.read_uow[RevisionReader].ownership(post_id), "post")
        check_change(post.author_id, caller, is_public=post.is_public)

    async def _revision(self, post_id: UUID, version: int) -> RevisionView:
        return found(await self.read_uow[RevisionReader].get(post_id, version), "revision")
