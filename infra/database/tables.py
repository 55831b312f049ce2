"""The tables. Rows are mapped to aggregates by hand, in `repositories/`.

No foreign keys: their shared locks on the parent row and a counter's exclusive one make two
writers of the same post deadlock. Posts and users are deleted softly, so nothing is orphaned.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Index, Integer, MetaData, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from infra.database.types import Folded, Id, Instant, LongText

METADATA: MetaData = SQLModel.metadata
_MYSQL = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_0900_bin"}


def _tenant() -> Any:
    return Field(sa_column=Column(Id, nullable=False))


class TenantRow(SQLModel, table=True):
    """One blog of several."""

    __tablename__ = "tenant"
    __table_args__ = (UniqueConstraint("name", name="tenant_name"), _MYSQL)

    id: UUID = Field(sa_column=Column(Id, primary_key=True))
    name: str = Field(sa_column=Column(String(100), nullable=False))


class UserRow(SQLModel, table=True):
    """An account."""

    __tablename__ = "user"
    __table_args__ = (
        UniqueConstraint("tenant", "username_folded", name="user_username"),
        UniqueConstraint("tenant", "email_folded", name="user_email"),
        _MYSQL,
    )

    id: UUID = Field(sa_column=Column(Id, primary_key=True))
    tenant: UUID = _tenant()
    username: str = Field(sa_column=Column(String(50), nullable=False))
    username_folded: str = Field(sa_column=Column(Folded, nullable=False))
    email: str | None = Field(sa_column=Column(String(254)))
    email_folded: str | None = Field(sa_column=Column(Folded))
    password_hash: str | None = Field(sa_column=Column(String(255)))
    display_name: str = Field(sa_column=Column(String(100), nullable=False))
    bio: str | None = Field(sa_column=Column(LongText))
    image: str | None = Field(sa_column=Column(String(2000)))
    role: str = Field(sa_column=Column(String(10), nullable=False))
    followers_count: int = Field(sa_column=Column(Integer, nullable=False, server_default="0"))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    updated_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class TokenFamilyRow(SQLModel, table=True):
    """A login and the refresh tokens that came of it."""

    __tablename__ = "token_family"
    __table_args__ = (Index("token_family_by_user", "tenant", "user_id"), _MYSQL)

    id: UUID = Field(sa_column=Column(Id, primary_key=True))
    tenant: UUID = _tenant()
    user_id: UUID = Field(sa_column=Column(Id, nullable=False))
    generation: int = Field(sa_column=Column(Integer, nullable=False))
    rotated_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    revoked_at: datetime | None = Field(sa_column=Column(Instant))


class PostRow(SQLModel, table=True):
    """A post."""

    __tablename__ = "post"
    __table_args__ = (
        Index("post_by_publication", "tenant", "status", "deleted_at", "published_at", "id"),
        Index(
            "post_by_author", "tenant", "author_id", "status", "deleted_at", "published_at", "id"
        ),
        _MYSQL,
    )

    id: UUID = Field(sa_column=Column(Id, primary_key=True))
    tenant: UUID = _tenant()
    author_id: UUID = Field(sa_column=Column(Id, nullable=False))
    slug: str = Field(sa_column=Column(String(255), nullable=False))
    title: str = Field(sa_column=Column(String(200), nullable=False))
    summary: str | None = Field(sa_column=Column(String(500)))
    body: str = Field(sa_column=Column(LongText, nullable=False))
    tags: list[str] = Field(sa_column=Column(JSON, nullable=False))
    byline: str | None = Field(sa_column=Column(String(500)))
    status: str = Field(sa_column=Column(String(10), nullable=False))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    favorites_count: int = Field(sa_column=Column(Integer, nullable=False, server_default="0"))
    comments_count: int = Field(sa_column=Column(Integer, nullable=False, server_default="0"))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    updated_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    published_at: datetime | None = Field(sa_column=Column(Instant))
    deleted_at: datetime | None = Field(sa_column=Column(Instant))


class PostTagRow(SQLModel, table=True):
    """A tag of a post, for filtering. `published_at` is set while everyone may see the post."""

    __tablename__ = "post_tag"
    __table_args__ = (
        Index("post_tag_by_publication", "tenant", "tag", "published_at", "post_id"),
        _MYSQL,
    )

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    post_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    tag: str = Field(sa_column=Column(Folded, primary_key=True))
    published_at: datetime | None = Field(sa_column=Column(Instant))


class AddressRow(SQLModel, table=True):
    """An address that leads to a post: a slug, or `/where/it/was` elsewhere."""

    __tablename__ = "address"
    __table_args__ = (_MYSQL,)

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    address: str = Field(sa_column=Column(String(255), primary_key=True))
    post_id: UUID = Field(sa_column=Column(Id, nullable=False))
    kind: str = Field(sa_column=Column(String(5), nullable=False))


# The tables as statements name them.
tenants = METADATA.tables["tenant"]
users = METADATA.tables["user"]
token_families = METADATA.tables["token_family"]
posts = METADATA.tables["post"]
post_tags = METADATA.tables["post_tag"]
addresses = METADATA.tables["address"]
