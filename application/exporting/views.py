"""Views of exports: all of a post that an import accepts."""

from datetime import datetime
from uuid import UUID

from application.views import View
from domain.post import Access, Kind, Status


class ExportedPost(View):
    """A post with all its addresses. `path` is where it was imported from, if it was."""

    id: UUID
    slug: str
    former_slugs: tuple[str, ...]
    path: str | None
    aliases: tuple[str, ...]
    title: str
    summary: str | None
    body: str
    tags: tuple[str, ...]
    username: str
    display_name: str
    byline: str | None
    status: Status
    kind: Kind
    access: Access
    cover_id: UUID | None = None
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
