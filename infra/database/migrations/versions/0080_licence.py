"""Create the table of licences."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Id, Instant, LongText

revision = "0080"
down_revision = "0072"


def upgrade() -> None:
    create_table(
        "licence",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("id", Id, primary_key=True),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("note", LongText),
        sa.Column("starts_at", Instant, nullable=False),
        sa.Column("ends_at", Instant),
        sa.Column("offers_numbered", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
    )
