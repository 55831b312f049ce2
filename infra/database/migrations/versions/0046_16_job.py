"""Create the table of jobs."""

import sqlalchemy as sa

from infra.database.migrations.tables import create_table
from infra.database.types import Id, Instant

revision = "0046_16"
down_revision = "0046_15"


def upgrade() -> None:
    create_table(
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
        sa.Column("items_counted", sa.Integer, nullable=False, server_default="0"),
        sa.Column("run_at", Instant, nullable=False),
        sa.Column("due_at", Instant),
        sa.Column("round", sa.Integer),
        sa.Column("total", sa.Integer),
        sa.Column("result", sa.JSON),
        sa.Column("error", sa.Text),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("started_at", Instant),
        sa.Column("finished_at", Instant),
        sa.UniqueConstraint("tenant", "kind", "period", name="job_period"),
        indexes={
            "job_by_due": "due_at, state",
            "job_by_requester": "state, requested_by, due_at",
            "job_by_round": "state, round, run_at, requested_by",
            "job_by_tenant": "tenant, id",
        },
    )
