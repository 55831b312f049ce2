"""Create the table of users."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Folded, Id, Instant, LongText

revision = "0046_03"
down_revision = "0046_02"


def upgrade() -> None:
    create_table(
        "user",
        sa.Column("id", Id, primary_key=True),
        sa.Column("tenant", Id, nullable=False),
        sa.Column("username", sa.String(50), nullable=False),
        sa.Column("username_folded", Folded, nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("email_folded", Folded),
        sa.Column("password_hash", sa.String(255)),
        sa.Column("display_name", sa.String(100), nullable=False),
        sa.Column("bio", LongText),
        sa.Column("image", sa.String(2000)),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("mails", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("followers_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.UniqueConstraint("tenant", "username_folded", name="user_username"),
        sa.UniqueConstraint("tenant", "email_folded", name="user_email"),
    )
