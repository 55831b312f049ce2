"""The table of revisions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String
from sqlmodel import Field, SQLModel

from infra.database.tables import METADATA, MYSQL
from infra.database.types import Bytes, Id, Instant


class RevisionRow(SQLModel, table=True):
    """A post's text as one version has it; `kept` ones stay while their post does."""

    __tablename__ = "revision"
    __table_args__ = (Index("revision_by_age", "tenant", "kept", "created_at"), MYSQL)

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    post_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    version: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    author_id: UUID = Field(sa_column=Column(Id, nullable=False))
    title: str = Field(sa_column=Column(String(200), nullable=False))
    summary: str | None = Field(sa_column=Column(String(500)))
    tags: list[str] = Field(sa_column=Column(JSON, nullable=False))
    body: bytes = Field(sa_column=Column(Bytes, nullable=False))  # compressed
    kept: bool = Field(sa_column=Column(Boolean, nullable=False))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))


revisions = METADATA.tables["revision"]
