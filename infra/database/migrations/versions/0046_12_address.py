"""Create the table of the addresses of posts."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Id

revision = "0046_12"
down_revision = "0046_11"


def upgrade() -> None:
    create_table(
        "address",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("address", sa.String(255), primary_key=True),
        sa.Column("post_id", Id, nullable=False),
        sa.Column("kind", sa.String(5), nullable=False),
        indexes={
            "address_by_post": "tenant, post_id",
        },
    )
