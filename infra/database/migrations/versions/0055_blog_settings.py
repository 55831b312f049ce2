"""Create the table of the settings of blogs."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Id

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    create_table(
        "blog_settings",
        sa.Column("tenant", Id, primary_key=True),
        sa.Column("registration", sa.String(10), nullable=False),
        sa.Column("registration_role", sa.String(10), nullable=False),
    )
