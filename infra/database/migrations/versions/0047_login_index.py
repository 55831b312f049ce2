"""Index logins by when they ended."""

from infra.database.migrations.tables import extend_table

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    extend_table("token_family", indexes={"token_family_by_end": "revoked_at"})
