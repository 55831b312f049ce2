"""Let a job name the trace that stored it."""

import sqlalchemy as sa

from infra.database.migrations.tables import extend_table

revision = "0084"
down_revision = "0083"


def upgrade() -> None:
    extend_table("job", sa.Column("traceparent", sa.String(55)))
