"""Tell in one column on which list a post stands."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    listing = sa.Column("listing", sa.String(10), nullable=False, server_default="draft")
    op.add_column("post", listing)
