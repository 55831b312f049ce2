"""Create the table of revisions."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Bytes, Id, Instant

revision = "0070"
down_revision = "0062"


def upgrade() -> None:
    create_table(
        "revision",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("post_id", Id, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("author_id", Id, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("summary", sa.String(500)),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("body", Bytes, nullable=False),
        sa.Column("kept", sa.Boolean, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        indexes={"revision_by_age": "tenant, kept, created_at"},
    )
