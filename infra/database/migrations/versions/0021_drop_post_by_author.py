"""Drop an index in whose place `post_of_author_by_publication` stands."""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.drop_index("post_by_author", "post")
