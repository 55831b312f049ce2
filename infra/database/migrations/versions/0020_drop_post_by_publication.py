"""Drop an index in whose place `post_listed_by_publication` stands."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.drop_index("post_by_publication", "post")
