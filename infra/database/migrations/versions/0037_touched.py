"""Make the table of what changes made old in caches, until caches know."""

import sqlalchemy as sa
from alembic import op

from infra.database.types import Id, Instant

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    op.create_table(
        "touched",
        sa.Column("id", Id, primary_key=True),
        sa.Column("tenant", Id, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("writers", sa.JSON, nullable=False),
        sa.Column("touched_at", Instant, nullable=False),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_0900_bin",
    )
