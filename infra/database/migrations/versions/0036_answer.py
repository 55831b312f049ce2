"""Make the table of answers to requests that carry a key."""

import sqlalchemy as sa
from alembic import op

from infra.database.types import Bytes, Digest, Id, Instant

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("user_id", Id, primary_key=True),
        sa.Column("address", Digest, primary_key=True),
        sa.Column("body", Digest, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("headers", sa.JSON),
        sa.Column("content", Bytes),
        sa.Column("given_at", Instant, nullable=False),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_0900_bin",
    )
