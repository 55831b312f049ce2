"""Add to posts who may read their texts."""

import sqlalchemy as sa

from infra.database.migrations.tables import extend_table

revision = "0083"
down_revision = "0082"


def upgrade() -> None:
    extend_table("post", sa.Column("access", sa.String(7), nullable=False, server_default="public"))
