"""Create the table of finished items of jobs."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Id

revision = "0046"
down_revision = "0046_16"


def upgrade() -> None:
    create_table(
        "job_item",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("job_id", Id, primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("outcome", sa.JSON, nullable=False),
    )
