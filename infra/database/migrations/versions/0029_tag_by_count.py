"""List tags, the most used first."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_index("tag_by_count", "tag", ["tenant", sa.text("posts_count DESC"), "tag"])
