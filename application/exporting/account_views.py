"""Views of an account's export: what a user has written and chosen, besides posts."""

from datetime import datetime
from uuid import UUID

from application.views import View


class ExportedComment(View):
    """A comment; `post` is the slug of its post where that is public."""

    post_id: UUID
    post: str | None
    number: int
    body: str
    created_at: datetime
    updated_at: datetime


class ExportedFavorite(View):
    """A post that the user favours; `post` is its slug where it is public."""

    post_id: UUID
    post: str | None


class ExportedFollow(View):
    """Somebody whom the user follows."""

    user_id: UUID
    username: str
    since: datetime
