"""Create the table of personal tokens."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Digest, Id, Instant

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    create_table(
        "personal_token",
        sa.Column("id", Id, primary_key=True),
        sa.Column("tenant", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("scopes", sa.String(50), nullable=False),
        sa.Column("prefix", sa.String(8), nullable=False),
        sa.Column("digest", Digest, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("last_used_at", Instant),
        sa.Column("expires_at", Instant),
        sa.Column("revoked_at", Instant),
        sa.UniqueConstraint("tenant", "digest", name="personal_token_by_digest"),
        indexes={"personal_token_by_user": "tenant, user_id"},
    )
