"""Make the table of the words by which posts are found."""

import sqlalchemy as sa
from alembic import op

from infra.database.types import Id, Instant, LongText

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "post_search",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("tenant", Id, nullable=False),
        sa.Column("post_id", Id, nullable=False),
        sa.Column("published_at", Instant),
        sa.Column("words", LongText, nullable=False),
        sa.UniqueConstraint("tenant", "post_id", name="post_search_of_post"),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_0900_bin",
    )
