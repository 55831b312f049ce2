"""Make the table of posts."""

import sqlalchemy as sa
from alembic import op

from infra.database.types import Id, Instant, LongText

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
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
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("favorites_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("comments_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("published_at", Instant),
        sa.Column("deleted_at", Instant),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_0900_bin",
    )
