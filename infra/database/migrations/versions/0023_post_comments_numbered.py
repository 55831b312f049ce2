"""Count the numbers given to a post's comments: deleted ones keep theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    numbered = sa.Column("comments_numbered", sa.Integer, nullable=False, server_default="0")
    op.add_column("post", numbered)
