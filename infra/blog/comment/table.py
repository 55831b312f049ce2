"""The table of comments."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Index, Integer
from sqlmodel import Field, SQLModel

from infra.database.tables import METADATA, MYSQL
from infra.database.types import Id, Instant, LongText


class CommentRow(SQLModel, table=True):
    """A comment on a post, numbered within it."""

    __tablename__ = "comment"
    __table_args__ = (
        Index("comment_by_author", "tenant", "author_id", "post_id", "number"),
        MYSQL,
    )

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    post_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    author_id: UUID = Field(sa_column=Column(Id, nullable=False))
    body: str = Field(sa_column=Column(LongText, nullable=False))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    updated_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    deleted_at: datetime | None = Field(sa_column=Column(Instant))


comments = METADATA.tables["comment"]
