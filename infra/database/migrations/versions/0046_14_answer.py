"""Create the table of answers to idempotency keys."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Bytes, Digest, Id, Instant

revision = "0046_14"
down_revision = "0046_13"


def upgrade() -> None:
    create_table(
        "answer",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("user_id", Id, primary_key=True),
        sa.Column("address", Digest, primary_key=True),
        sa.Column("body", Digest, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("headers", sa.JSON),
        sa.Column("content", Bytes),
        sa.Column("given_at", Instant, nullable=False),
    )
