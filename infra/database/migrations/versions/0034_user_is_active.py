"""Let accounts be closed."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    is_active = sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.true())
    op.add_column("user", is_active)
