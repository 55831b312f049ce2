"""Create the table of revoked tenants' tokens."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Digest, Id, Instant

revision = "0057"
down_revision = "0056"


def upgrade() -> None:
    create_table(
        "revoked_tenant_token",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("digest", Digest, primary_key=True),
        sa.Column("expires_at", Instant),
        sa.Column("revoked_at", Instant, nullable=False),
        indexes={"revoked_tenant_token_by_time": "revoked_at"},
    )
