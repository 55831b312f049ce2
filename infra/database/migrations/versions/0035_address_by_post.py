"""Find the addresses of a post."""

from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.create_index("address_by_post", "address", ["tenant", "post_id"])
