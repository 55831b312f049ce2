"""Ports of comments."""

from typing import Protocol
from uuid import UUID

from application.comment.views import CommentPage, CommentView
from application.pages import PageQuery
from domain.caller import Caller
from domain.comment import Comment


class CommentReader(Protocol):
    """Selects rows as views."""

    async def get(self, post_id: UUID, number: int, seen_by: Caller | None) -> CommentView | None:
        """Return a comment; None where there is none, or its post may not be seen."""

    async def page(
        self, post_id: UUID, query: PageQuery, seen_by: Caller | None
    ) -> CommentPage | None:
        """Return comments in the order of their numbers; None where the post may not be seen."""


class CommentRepository(Protocol):
    """Loads and stores comments, and counts them on their post, which must be locked."""

    async def get(self, post_id: UUID, number: int) -> Comment:
        """Load a comment that is not deleted; raises NotFound."""

    async def add(self, comment: Comment) -> None:
        """Store a comment and give it the next number of its post."""

    async def store(self, comment: Comment) -> None:
        """Store a changed comment and raise its version; raises ConcurrentChange."""
