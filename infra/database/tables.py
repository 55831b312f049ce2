"""The tables of the machine, and what all tables have in common.

Those of the blog's aggregates stand in `infra/blog/`; `METADATA` has them once
`core.blog.aggregates` is imported. A unique constraint on what people type says in its `info`
which field it is about.

No foreign keys: their shared locks on the parent row and a counter's exclusive one make two
writers of the same post deadlock. Posts and users are deleted softly, so nothing is orphaned.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Index, Integer, MetaData, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from infra.database.types import Bytes, Digest, Id, Instant

METADATA: MetaData = SQLModel.metadata
MYSQL: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_0900_bin",
}


def tenant_column() -> Any:
    """Make the column of a row's tenant, where it is no part of its key."""
    return Field(sa_column=Column(Id, nullable=False))


def counter_column() -> Any:
    """Make a column that counts from 0."""
    return Field(sa_column=Column(Integer, nullable=False, server_default="0"))


class TenantRow(SQLModel, table=True):
    """One blog of several."""

    __tablename__ = "tenant"
    __table_args__ = (UniqueConstraint("name", name="tenant_name", info={"field": "name"}), MYSQL)

    id: UUID = Field(sa_column=Column(Id, primary_key=True))
    name: str = Field(sa_column=Column(String(100), nullable=False))


class RevokedTenantTokenRow(SQLModel, table=True):
    """A tenant's token that was revoked before its end."""

    __tablename__ = "revoked_tenant_token"
    __table_args__ = (Index("revoked_tenant_token_by_time", "revoked_at"), MYSQL)

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    digest: bytes = Field(sa_column=Column(Digest, primary_key=True))
    expires_at: datetime | None = Field(sa_column=Column(Instant))
    revoked_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class AnswerRow(SQLModel, table=True):
    """The stored answer for an Idempotency-Key; `status` is NULL while the request runs."""

    __tablename__ = "answer"
    __table_args__ = (MYSQL,)

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    user_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    address: bytes = Field(sa_column=Column(Digest, primary_key=True))
    body: bytes = Field(sa_column=Column(Digest, nullable=False))
    status: int | None = Field(sa_column=Column(Integer))
    headers: dict[str, str] | None = Field(sa_column=Column(JSON))
    content: bytes | None = Field(sa_column=Column(Bytes))
    given_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class AuditRow(SQLModel, table=True):
    """What was done, by whom and to whom; its id has the time."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("audit_by_actor", "tenant", "actor_id", "id"),
        Index("audit_by_action", "tenant", "action", "id"),
        MYSQL,
    )

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    id: UUID = Field(sa_column=Column(Id, primary_key=True))
    action: str = Field(sa_column=Column(String(30), nullable=False))
    actor_id: UUID | None = Field(sa_column=Column(Id))
    address: str | None = Field(sa_column=Column(String(100)))
    whom_id: UUID | None = Field(sa_column=Column(Id))
    what: str | None = Field(sa_column=Column(String(200)))


class TouchedRow(SQLModel, table=True):
    """The cache tags that a change touched, and its writers, until caches are invalidated."""

    __tablename__ = "touched"
    __table_args__ = (MYSQL,)

    id: UUID = Field(sa_column=Column(Id, primary_key=True))
    tenant: UUID = tenant_column()
    tags: list[str] = Field(sa_column=Column(JSON, nullable=False))
    writers: list[str] = Field(sa_column=Column(JSON, nullable=False))
    touched_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class JobRow(SQLModel, table=True):
    """A job; `due_at` is when the relay takes it next, NULL once it has ended. `round` gives the
    order in which sent jobs begin."""

    __tablename__ = "job"
    __table_args__ = (
        Index("job_by_tenant", "tenant", "id"),
        Index("job_by_due", "due_at", "state"),
        Index("job_by_requester", "state", "requested_by", "due_at"),
        Index("job_by_round", "state", "round", "run_at", "requested_by"),
        UniqueConstraint("tenant", "kind", "period", name="job_period"),
        MYSQL,
    )

    id: UUID = Field(sa_column=Column(Id, primary_key=True))
    tenant: UUID = tenant_column()
    kind: str = Field(sa_column=Column(String(40), nullable=False))
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    period: str | None = Field(sa_column=Column(String(40)))
    requested_by: UUID | None = Field(sa_column=Column(Id))
    request_id: str | None = Field(sa_column=Column(String(128)))
    traceparent: str | None = Field(sa_column=Column(String(55)))
    state: str = Field(sa_column=Column(String(10), nullable=False))
    attempts: int = Field(sa_column=Column(Integer, nullable=False))
    max_attempts: int = Field(sa_column=Column(Integer, nullable=False))
    items_counted: int = counter_column()
    run_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    due_at: datetime | None = Field(sa_column=Column(Instant))
    round: int | None = Field(sa_column=Column(Integer))
    total: int | None = Field(sa_column=Column(Integer))
    result: Any = Field(sa_column=Column(JSON))
    error: str | None = Field(sa_column=Column(Text))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    started_at: datetime | None = Field(sa_column=Column(Instant))
    finished_at: datetime | None = Field(sa_column=Column(Instant))


class JobItemRow(SQLModel, table=True):
    """A finished item of a job: stored with its changes, so that it can't be done twice."""

    __tablename__ = "job_item"
    __table_args__ = (MYSQL,)

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    job_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    name: str = Field(sa_column=Column(String(40), primary_key=True))
    outcome: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


# The tables as statements name them.
tenants = METADATA.tables["tenant"]
revoked_tenant_tokens = METADATA.tables["revoked_tenant_token"]
answers = METADATA.tables["answer"]
audit = METADATA.tables["audit"]
touched = METADATA.tables["touched"]
jobs = METADATA.tables["job"]
job_items = METADATA.tables["job_item"]
