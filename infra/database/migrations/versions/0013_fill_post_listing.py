"""Put each post on the list on which it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    post = sa.table("post", *map(sa.column, ("listing", "status", "deleted_at")))
    listing = sa.case((post.c.deleted_at.is_not(None), "deleted"), else_=post.c.status)
    op.execute(post.update().values(listing=listing))
