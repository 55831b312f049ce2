"""Add what pages show to the settings of blogs."""

import sqlalchemy as sa

from infra.database.migrations.tables import extend_table

revision = "0058"
down_revision = "0057"


def upgrade() -> None:
    extend_table(
        "blog_settings",
        sa.Column("title", sa.String(100)),
        sa.Column("tagline", sa.String(300)),
        sa.Column("language", sa.String(35)),
        sa.Column("menu", sa.JSON),
        sa.Column("comments", sa.Boolean),
    )
