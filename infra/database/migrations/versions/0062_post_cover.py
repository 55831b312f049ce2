"""Add to posts the pictures that are their covers."""

import sqlalchemy as sa

from infra.database.migrations.tables import extend_table
from infra.database.types import Id

revision = "0062"
down_revision = "0061"


def upgrade() -> None:
    extend_table("post", sa.Column("cover_id", Id))
