"""Let a post name the revision that has its text."""

import sqlalchemy as sa

from infra.database.migrations.tables import extend_table

revision = "0071"
down_revision = "0070"


def upgrade() -> None:
    extend_table("post", sa.Column("revision", sa.Integer))
