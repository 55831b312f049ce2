"""Create the table of pictures."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Digest, Id, Instant

revision = "0060"
down_revision = "0059"


def upgrade() -> None:
    create_table(
        "picture",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("id", Id, primary_key=True),
        sa.Column("owner_id", Id, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("byte_count", sa.Integer, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("alt", sa.String(1000), nullable=False),
        sa.Column("digest", Digest),
        sa.Column("sizes", sa.JSON, nullable=False),
        sa.Column("kept_bytes", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(200)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("deleted_at", Instant),
        sa.UniqueConstraint("tenant", "owner_id", "digest", name="picture_of_digest"),
        indexes={
            "picture_of_owner": "tenant, owner_id, id",
            "picture_by_deletion": "tenant, deleted_at",
            "picture_by_state": "state, kept_bytes",
        },
    )
