"""List posts by their last change."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    columns = ["tenant", "listing", "updated_at", "id"]
    op.create_index("post_listed_by_update", "post", columns)
