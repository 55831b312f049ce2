"""Add to users whether their address is verified, and the one that is to replace it."""

import sqlalchemy as sa

from infra.database.migrations.tables import extend_table

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    extend_table(
        "user",
        sa.Column("email_verified", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("pending_email", sa.String(254)),
    )
