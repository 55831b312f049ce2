"""List an author's posts by their last change."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    columns = ["tenant", "author_id", "listing", "updated_at", "id"]
    op.create_index("post_of_author_by_update", "post", columns)
