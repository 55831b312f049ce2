"""The table of working copies."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, Column, Index, Integer, String
from sqlmodel import Field, SQLModel

from infra.database.tables import METADATA, MYSQL
from infra.database.types import Bytes, Id, Instant


class WorkingCopyRow(SQLModel, table=True):
    """What a person makes of a post's text."""

    __tablename__ = "working_copy"
    __table_args__ = (Index("working_copy_by_user", "tenant", "user_id", "post_id"), MYSQL)

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    post_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    user_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    based_on: int = Field(sa_column=Column(Integer, nullable=False))
    title: str = Field(sa_column=Column(String(200), nullable=False))
    summary: str | None = Field(sa_column=Column(String(500)))
    tags: list[str] = Field(sa_column=Column(JSON, nullable=False))
    body: bytes = Field(sa_column=Column(Bytes, nullable=False))  # compressed
    saved_at: datetime = Field(sa_column=Column(Instant, nullable=False))


working_copies = METADATA.tables["working_copy"]
