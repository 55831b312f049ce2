"""The working copy: what somebody makes of a post's text, and has not stored as the post's."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.revision import PostText


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """One person's working copy of a post; `based_on` is the version at which it was begun."""

    post_id: UUID
    user_id: UUID
    based_on: int
    text: PostText
    saved_at: datetime
