"""Create the table of the audit trail."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Id

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    create_table(
        "audit",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("id", Id, primary_key=True),
        sa.Column("action", sa.String(30), nullable=False),
        sa.Column("actor_id", Id),
        sa.Column("address", sa.String(100)),
        sa.Column("whom_id", Id),
        sa.Column("what", sa.String(200)),
        indexes={
            "audit_by_actor": "tenant, actor_id, id",
            "audit_by_action": "tenant, action, id",
        },
    )
