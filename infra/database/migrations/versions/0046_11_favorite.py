"""Create the table of favourites."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Id, Instant

revision = "0046_11"
down_revision = "0046_10"


def upgrade() -> None:
    create_table(
        "favorite",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("user_id", Id, primary_key=True),
        sa.Column("post_id", Id, primary_key=True),
        sa.Column("published_at", Instant),
        indexes={
            "favorite_by_post": "tenant, post_id",
            "favorite_by_publication": "tenant, user_id, published_at, post_id",
        },
    )
