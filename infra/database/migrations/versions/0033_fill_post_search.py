"""Find the posts that are there by their words."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from domain.words import searched_words
from infra.database.types import Id, Instant

revision = "0033"
down_revision = "0032"

_BATCH = 200
_POST = sa.table(
    "post",
    *(sa.column(name, Id) for name in ("id", "tenant")),
    *map(sa.column, ("listing", "title", "summary", "body")),
    sa.column("published_at", Instant),
)
_SEARCH = sa.table(
    "post_search",
    *(sa.column(name, Id) for name in ("tenant", "post_id")),
    sa.column("published_at", Instant),
    sa.column("words"),
)


def upgrade() -> None:
    connection = op.get_bind()
    page = sa.select(_POST).order_by(_POST.c.id).limit(_BATCH)
    last = UUID(int=0)
    # page by page: the bodies of a whole blog are too much to hold
    while rows := connection.execute(page.where(_POST.c.id > last)).all():
        op.bulk_insert(_SEARCH, [_entry(row) for row in rows])
        last = rows[-1].id


def _entry(row: sa.Row[Any]) -> dict[str, Any]:
    return {
        "tenant": row.tenant,
        "post_id": row.id,
        "published_at": row.published_at if row.listing == "published" else None,
        "words": " ".join(searched_words(row.title, row.summary or "", row.body)),
    }
