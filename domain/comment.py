"""The comment on a post, numbered within the post."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.caller import Caller
from domain.errors import Forbidden
from domain.text import checked_document

BODY_LIMIT_BYTES = 65_536


@dataclass(slots=True)
class Comment:
    """A comment. Its number is assigned when it is first stored; `version` is as in a post."""

    post_id: UUID
    number: int
    author_id: UUID
    body: str
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    @classmethod
    def written(cls, post_id: UUID, author_id: UUID, body: str, now: datetime) -> "Comment":
        """Make a comment that has no number yet."""
        return cls(
            post_id=post_id,
            number=0,
            author_id=author_id,
            body=checked_document("body", body, BODY_LIMIT_BYTES),
            version=1,
            created_at=now,
            updated_at=now,
            deleted_at=None,
        )

    def rewrite(self, body: str, now: datetime) -> None:
        self.body, self.updated_at = checked_document("body", body, BODY_LIMIT_BYTES), now

    def delete(self, now: datetime) -> None:
        self.deleted_at = now

    def check_change_by(self, caller: Caller) -> None:
        """Refuse all but its author and editors."""
        if caller.id != self.author_id and not caller.edits_all_posts:
            raise Forbidden("Only its author and editors may change this comment.")
