"""Find the favourites of a post."""

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    columns = ["tenant", "post_id"]
    op.create_index("favorite_by_post", "favorite", columns)
