"""Create the table of the tags of posts."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Folded, Id, Instant

revision = "0046_07"
down_revision = "0046_06"


def upgrade() -> None:
    create_table(
        "post_tag",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("post_id", Id, primary_key=True),
        sa.Column("tag", Folded, primary_key=True),
        sa.Column("published_at", Instant),
        indexes={
            "post_tag_by_publication": "tenant, tag, published_at, post_id",
        },
    )
