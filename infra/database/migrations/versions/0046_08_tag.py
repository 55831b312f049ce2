"""Create the table of tags."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Folded, Id

revision = "0046_08"
down_revision = "0046_07"


def upgrade() -> None:
    create_table(
        "tag",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("tag", Folded, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("posts_count", sa.Integer, nullable=False),
        indexes={
            "tag_by_count": "tenant, posts_count DESC, tag",
        },
    )
