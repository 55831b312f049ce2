"""Make the table of the parts of jobs that are done."""

import sqlalchemy as sa
from alembic import op

from infra.database.types import Id

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    op.create_table(
        "job_item",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("job_id", Id, primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("outcome", sa.JSON, nullable=False),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_0900_bin",
    )
