"""Ports of revisions."""

from typing import NamedTuple, Protocol
from uuid import UUID

from application.pages import PageQuery
from application.revision.views import RevisionPage, RevisionSummary, RevisionView


class Ownership(NamedTuple):
    """Whose a post is, and whether all may see it."""

    author_id: UUID
    is_public: bool


class RevisionReader(Protocol):
    """Selects rows as views."""

    async def ownership(self, post_id: UUID) -> Ownership | None: ...

    async def page(self, post_id: UUID, query: PageQuery) -> RevisionPage: ...

    async def get(self, post_id: UUID, version: int) -> RevisionView | None:
        """Return a revision; None where there is none, or it was thinned."""

    async def present(self, post_id: UUID) -> RevisionSummary | None:
        """Return the revision that has the present text; None where none was kept of it."""
