"""Create the table of offers."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Id, Instant

revision = "0081"
down_revision = "0080"


def upgrade() -> None:
    create_table(
        "offer",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("licence_id", Id, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("post_id", Id, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("starts_at", Instant, nullable=False),
        sa.Column("ends_at", Instant),
        indexes={"offer_on_post": "tenant, post_id, starts_at"},
    )
