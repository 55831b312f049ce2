"""Tell pages from posts."""

import sqlalchemy as sa

from infra.database.migrations.tables import extend_table

revision = "0059"
down_revision = "0058"


def upgrade() -> None:
    extend_table("post", sa.Column("kind", sa.String(5), nullable=False, server_default="post"))
