"""Let users want no mails."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    mails = sa.Column("mails", sa.Boolean, nullable=False, server_default=sa.true())
    op.add_column("user", mails)
