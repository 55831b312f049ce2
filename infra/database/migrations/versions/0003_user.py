"""Make the table of users."""

import sqlalchemy as sa
from alembic import op

from infra.database.types import Folded, Id, Instant, LongText

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
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
        sa.Column("followers_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.UniqueConstraint("tenant", "username_folded", name="user_username"),
        sa.UniqueConstraint("tenant", "email_folded", name="user_email"),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_0900_bin",
    )
