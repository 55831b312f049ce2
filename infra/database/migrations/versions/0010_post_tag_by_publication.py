"""List the posts of a tag by their publication."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    columns = ["tenant", "tag", "published_at", "post_id"]
    op.create_index("post_tag_by_publication", "post_tag", columns)
