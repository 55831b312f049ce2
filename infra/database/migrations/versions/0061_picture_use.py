"""Create the table of what shows pictures."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Id

revision = "0061"
down_revision = "0060"


def upgrade() -> None:
    create_table(
        "picture_use",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("picture_id", Id, primary_key=True),
        sa.Column("shown_by", Id, primary_key=True),
        indexes={"picture_use_by_shower": "tenant, shown_by"},
    )
