"""List posts by their publication."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    columns = ["tenant", "status", "deleted_at", "published_at", "id"]
    op.create_index("post_by_publication", "post", columns)
