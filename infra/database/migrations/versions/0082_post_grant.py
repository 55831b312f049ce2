"""Create the table of what readers hold."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Id, Instant

revision = "0082"
down_revision = "0081"


def upgrade() -> None:
    create_table(
        "post_grant",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("id", Id, primary_key=True),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("post_id", Id, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("starts_at", Instant, nullable=False),
        sa.Column("ends_at", Instant),
        sa.Column("granted_at", Instant, nullable=False),
        sa.UniqueConstraint("tenant", "user_id", "post_id", name="post_grant_of_reader"),
        indexes={"post_grant_on_post": "tenant, post_id"},
    )
