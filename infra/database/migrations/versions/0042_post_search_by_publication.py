"""Walk the posts that have a word in the order of their publication."""

from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    columns = ["tenant", "published_at", "post_id"]
    op.create_index("post_search_by_publication", "post_search", columns)
