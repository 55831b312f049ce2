"""List the posts of an author."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    columns = ["tenant", "author_id", "status", "deleted_at", "published_at", "id"]
    op.create_index("post_by_author", "post", columns)
