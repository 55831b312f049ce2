"""The tables of pictures, and of what shows them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, Column, Index, Integer, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from infra.database.tables import METADATA, MYSQL
from infra.database.types import Digest, Id, Instant


class PictureRow(SQLModel, table=True):
    """A picture; `digest` is NULL until its upload is stored, so that an upload that was broken off
    does not stand in the way of the next one."""

    __tablename__ = "picture"
    __table_args__ = (
        UniqueConstraint(
            *("tenant", "owner_id", "digest"), name="picture_of_digest", info={"field": "file"}
        ),
        Index("picture_of_owner", "tenant", "owner_id", "id"),
        Index("picture_by_deletion", "tenant", "deleted_at"),
        Index("picture_by_state", "state", "kept_bytes"),
        MYSQL,
    )

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    id: UUID = Field(sa_column=Column(Id, primary_key=True))
    owner_id: UUID = Field(sa_column=Column(Id, nullable=False))
    name: str = Field(sa_column=Column(String(100), nullable=False))
    type: str = Field(sa_column=Column(String(20), nullable=False))
    byte_count: int = Field(sa_column=Column(Integer, nullable=False))
    width: int = Field(sa_column=Column(Integer, nullable=False))
    height: int = Field(sa_column=Column(Integer, nullable=False))
    alt: str = Field(sa_column=Column(String(1000), nullable=False))
    digest: bytes | None = Field(sa_column=Column(Digest))
    sizes: list[dict[str, int]] = Field(sa_column=Column(JSON, nullable=False))
    kept_bytes: int = Field(sa_column=Column(Integer, nullable=False))
    state: str = Field(sa_column=Column(String(10), nullable=False))
    reason: str | None = Field(sa_column=Column(String(200)))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    updated_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    deleted_at: datetime | None = Field(sa_column=Column(Instant))


class PictureUseRow(SQLModel, table=True):
    """A post, or a user, that shows a picture."""

    __tablename__ = "picture_use"
    __table_args__ = (Index("picture_use_by_shower", "tenant", "shown_by"), MYSQL)

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    picture_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    shown_by: UUID = Field(sa_column=Column(Id, primary_key=True))


pictures = METADATA.tables["picture"]
picture_uses = METADATA.tables["picture_use"]
