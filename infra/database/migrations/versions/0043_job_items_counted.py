"""Note how far a job had got when it last spent its attempts."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    counted = sa.Column("items_counted", sa.Integer, nullable=False, server_default="0")
    op.add_column("job", counted)
