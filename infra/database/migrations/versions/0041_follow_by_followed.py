"""Find the followers of a user."""

from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    columns = ["tenant", "followed_id", "follower_id"]
    op.create_index("follow_by_followed", "follow", columns)
