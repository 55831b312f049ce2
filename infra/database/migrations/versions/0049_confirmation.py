"""Create the table of links in mails."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Id, Instant

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    create_table(
        "confirmation",
        sa.Column("id", Id, primary_key=True),
        sa.Column("tenant", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.UniqueConstraint("tenant", "user_id", "purpose", name="confirmation_by_user"),
        indexes={"confirmation_by_end": "expires_at"},
    )
