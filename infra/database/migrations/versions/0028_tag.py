"""Make the table of tags, each with how many posts have it."""

import sqlalchemy as sa
from alembic import op

from infra.database.types import Folded, Id

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "tag",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("tag", Folded, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("posts_count", sa.Integer, nullable=False),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_0900_bin",
    )
