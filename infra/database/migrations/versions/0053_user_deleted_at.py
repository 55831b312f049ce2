"""Add to users when their accounts were deleted."""

import sqlalchemy as sa

from infra.database.migrations.tables import extend_table
from infra.database.types import Instant

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    extend_table("user", sa.Column("deleted_at", Instant))
