"""Add to logins what their clients call themselves."""

import sqlalchemy as sa

from infra.database.migrations.tables import extend_table

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    extend_table("token_family", sa.Column("client", sa.String(200)))
