"""Index comments by their authors."""

from infra.database.migrations.tables import extend_table

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    extend_table("comment", indexes={"comment_by_author": "tenant, author_id, post_id, number"})
