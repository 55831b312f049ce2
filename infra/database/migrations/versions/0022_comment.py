"""Make the table of comments."""

import sqlalchemy as sa
from alembic import op

from infra.database.types import Id, Instant, LongText

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "comment",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("post_id", Id, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("author_id", Id, nullable=False),
        sa.Column("body", LongText, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("deleted_at", Instant),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_0900_bin",
    )
