"""List an author's posts by their publication."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    columns = ["tenant", "author_id", "listing", "published_at", "id"]
    op.create_index("post_of_author_by_publication", "post", columns)
