"""Create the table of posts."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Id, Instant, LongText

revision = "0046_06"
down_revision = "0046_05"


def upgrade() -> None:
    create_table(
        "post",
        sa.Column("id", Id, primary_key=True),
        sa.Column("tenant", Id, nullable=False),
        sa.Column("author_id", Id, nullable=False),
        sa.Column("slug", sa.String(255), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("summary", sa.String(500)),
        sa.Column("body", LongText, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("byline", sa.String(500)),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("listing", sa.String(10), nullable=False, server_default="draft"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("favorites_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("comments_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("comments_numbered", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("published_at", Instant),
        sa.Column("deleted_at", Instant),
        indexes={
            "post_listed_by_publication": "tenant, listing, published_at, id",
            "post_listed_by_title": "tenant, listing, title, id",
            "post_listed_by_update": "tenant, listing, updated_at, id",
            "post_of_author_by_publication": "tenant, author_id, listing, published_at, id",
            "post_of_author_by_title": "tenant, author_id, listing, title, id",
            "post_of_author_by_update": "tenant, author_id, listing, updated_at, id",
        },
    )
