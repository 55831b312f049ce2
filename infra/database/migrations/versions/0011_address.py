"""Make the table of the addresses that lead to posts."""

import sqlalchemy as sa
from alembic import op

from infra.database.types import Id

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "address",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("address", sa.String(255), primary_key=True),
        sa.Column("post_id", Id, nullable=False),
        sa.Column("kind", sa.String(5), nullable=False),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_0900_bin",
    )
