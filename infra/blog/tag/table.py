"""The table of tags."""

from uuid import UUID

from sqlalchemy import Column, Index, Integer, String, text
from sqlmodel import Field, SQLModel

from infra.database.tables import METADATA, MYSQL
from infra.database.types import Folded, Id


class TagRow(SQLModel, table=True):
    """A tag, as it was first written, and the number of public posts that have it."""

    __tablename__ = "tag"
    __table_args__ = (Index("tag_by_count", "tenant", text("posts_count DESC"), "tag"), MYSQL)

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    tag: str = Field(sa_column=Column(Folded, primary_key=True))
    name: str = Field(sa_column=Column(String(50), nullable=False))
    posts_count: int = Field(sa_column=Column(Integer, nullable=False))


tags = METADATA.tables["tag"]
