"""Make the table of who favours which posts."""

import sqlalchemy as sa
from alembic import op

from infra.database.types import Id, Instant

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "favorite",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("user_id", Id, primary_key=True),
        sa.Column("post_id", Id, primary_key=True),
        sa.Column("published_at", Instant),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_0900_bin",
    )
