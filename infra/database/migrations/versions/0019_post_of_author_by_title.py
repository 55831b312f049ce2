"""List an author's posts by their titles."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    columns = ["tenant", "author_id", "listing", "title", "id"]
    op.create_index("post_of_author_by_title", "post", columns)
