"""Create the table of families of refresh tokens."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Id, Instant

revision = "0046_04"
down_revision = "0046_03"


def upgrade() -> None:
    create_table(
        "token_family",
        sa.Column("id", Id, primary_key=True),
        sa.Column("tenant", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("rotated_at", Instant, nullable=False),
        sa.Column("revoked_at", Instant),
        indexes={
            "token_family_by_user": "tenant, user_id",
        },
    )
