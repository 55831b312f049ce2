"""List posts by their publication."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    columns = ["tenant", "listing", "published_at", "id"]
    op.create_index("post_listed_by_publication", "post", columns)
