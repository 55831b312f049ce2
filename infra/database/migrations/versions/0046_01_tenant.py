"""Create the table of tenants."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Id

revision = "0046_01"
down_revision = None


def upgrade() -> None:
    create_table(
        "tenant",
        sa.Column("id", Id, primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.UniqueConstraint("name", name="tenant_name"),
    )
