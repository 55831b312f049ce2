"""Make the table of who follows whom."""

import sqlalchemy as sa
from alembic import op

from infra.database.types import Id, Instant

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "follow",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("follower_id", Id, primary_key=True),
        sa.Column("followed_id", Id, primary_key=True),
        sa.Column("created_at", Instant, nullable=False),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_0900_bin",
    )
