"""Create the table of working copies."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Bytes, Id, Instant

revision = "0072"
down_revision = "0071"


def upgrade() -> None:
    create_table(
        "working_copy",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("post_id", Id, primary_key=True),
        sa.Column("user_id", Id, primary_key=True),
        sa.Column("based_on", sa.Integer, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("summary", sa.String(500)),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("body", Bytes, nullable=False),
        sa.Column("saved_at", Instant, nullable=False),
        indexes={"working_copy_by_user": "tenant, user_id, post_id"},
    )
