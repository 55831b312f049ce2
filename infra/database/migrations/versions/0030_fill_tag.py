"""Count the posts of each tag, under the name that it was first given."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from domain.text import folded
from infra.database.types import Id

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    connection = op.get_bind()
    post = sa.table(
        "post",
        sa.column("id", Id),
        sa.column("tenant", Id),
        sa.column("listing"),
        sa.column("tags", sa.JSON),
    )
    public = sa.select(post.c.tenant, post.c.tags).where(post.c.listing == "published")
    found: dict[tuple[Any, str], dict[str, Any]] = {}
    for tenant, tags in connection.execute(public.order_by(post.c.id)):
        for name in tags:
            row = {"tenant": tenant, "tag": folded(name), "name": name, "posts_count": 0}
            found.setdefault((tenant, folded(name)), row)["posts_count"] += 1
    if found:
        op.bulk_insert(_table(), list(found.values()))


def _table() -> sa.TableClause:
    return sa.table("tag", sa.column("tenant", Id), *map(sa.column, ("tag", "name", "posts_count")))
