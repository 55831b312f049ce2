"""List a user's favourites by their publication."""

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    columns = ["tenant", "user_id", "published_at", "post_id"]
    op.create_index("favorite_by_publication", "favorite", columns)
