"""Create the table of follows."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Id, Instant

revision = "0046_05"
down_revision = "0046_04"


def upgrade() -> None:
    create_table(
        "follow",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("follower_id", Id, primary_key=True),
        sa.Column("followed_id", Id, primary_key=True),
        sa.Column("created_at", Instant, nullable=False),
        indexes={
            "follow_by_followed": "tenant, followed_id, follower_id",
        },
    )
