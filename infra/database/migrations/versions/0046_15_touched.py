"""Create the table of changes to be sent to caches."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Id, Instant

revision = "0046_15"
down_revision = "0046_14"


def upgrade() -> None:
    create_table(
        "touched",
        sa.Column("id", Id, primary_key=True),
        sa.Column("tenant", Id, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("writers", sa.JSON, nullable=False),
        sa.Column("touched_at", Instant, nullable=False),
    )
