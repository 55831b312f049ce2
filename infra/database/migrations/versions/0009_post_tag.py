"""Make the table that filters posts by tag."""

import sqlalchemy as sa
from alembic import op

from infra.database.types import Folded, Id, Instant

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "post_tag",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("post_id", Id, primary_key=True),
        sa.Column("tag", Folded, primary_key=True),
        sa.Column("published_at", Instant),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_0900_bin",
    )
