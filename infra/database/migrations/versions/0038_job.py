"""Make the table of jobs."""

import sqlalchemy as sa
from alembic import op

from infra.database.types import Id, Instant

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", Id, primary_key=True),
        sa.Column("tenant", Id, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("period", sa.String(40)),
        sa.Column("requested_by", Id),
        sa.Column("request_id", sa.String(128)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("max_attempts", sa.Integer, nullable=False),
        sa.Column("run_at", Instant, nullable=False),
        sa.Column("due_at", Instant),
        sa.Column("total", sa.Integer),
        sa.Column("result", sa.JSON),
        sa.Column("error", sa.Text),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("started_at", Instant),
        sa.Column("finished_at", Instant),
        sa.Index("job_by_tenant", "tenant", "id"),
        sa.Index("job_by_due", "due_at", "state"),
        sa.UniqueConstraint("tenant", "kind", "period", name="job_period"),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_0900_bin",
    )
