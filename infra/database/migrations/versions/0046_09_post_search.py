"""Create the table of the words of posts."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Id, Instant, LongText

revision = "0046_09"
down_revision = "0046_08"


def upgrade() -> None:
    create_table(
        "post_search",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("tenant", Id, nullable=False),
        sa.Column("post_id", Id, nullable=False),
        sa.Column("published_at", Instant),
        sa.Column("words", LongText, nullable=False),
        sa.UniqueConstraint("tenant", "post_id", name="post_search_of_post"),
        indexes={"post_search_by_publication": "tenant, published_at, post_id"},
        full_text={"post_search_words": "words"},
    )
