"""Create the table of comments."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Id, Instant, LongText

revision = "0046_13"
down_revision = "0046_12"


def upgrade() -> None:
    create_table(
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
    )
