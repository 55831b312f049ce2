"""List posts by their titles."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    columns = ["tenant", "listing", "title", "id"]
    op.create_index("post_listed_by_title", "post", columns)
