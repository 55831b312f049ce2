"""Add to posts the job that has notified their followers."""

import sqlalchemy as sa

from infra.database.migrations.tables import extend_table
from infra.database.types import Id

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    extend_table("post", sa.Column("notified_by", Id))
