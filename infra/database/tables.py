"""The tables. Rows are mapped to aggregates by hand, in `repositories/`.

No foreign keys: their shared locks on the parent row and a counter's exclusive one make two
writers of the same post deadlock. Posts and users are deleted softly, so nothing is orphaned.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
    true,
)
from sqlmodel import Field, SQLModel

from infra.database.types import Bytes, Digest, Folded, Id, Instant, LongText

METADATA: MetaData = SQLModel.metadata
_MYSQL = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_0900_bin"}


def _tenant() -> Any:
    return Field(sa_column=Column(Id, nullable=False))


def _counter() -> Any:
    return Field(sa_column=Column(Integer, nullable=False, server_default="0"))


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
    is_active: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=true()))
    mails: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=true()))
    followers_count: int = _counter()
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


_LISTED = ("tenant", "listing")
_OF_AUTHOR = ("tenant", "author_id", "listing")


class PostRow(SQLModel, table=True):
    """A post. `listing` is the list on which it stands: its status, or `deleted`."""

    __tablename__ = "post"
    __table_args__ = (
        Index("post_listed_by_publication", *_LISTED, "published_at", "id"),
        Index("post_listed_by_update", *_LISTED, "updated_at", "id"),
        Index("post_listed_by_title", *_LISTED, "title", "id"),
        Index("post_of_author_by_publication", *_OF_AUTHOR, "published_at", "id"),
        Index("post_of_author_by_update", *_OF_AUTHOR, "updated_at", "id"),
        Index("post_of_author_by_title", *_OF_AUTHOR, "title", "id"),
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
    listing: str = Field(sa_column=Column(String(10), nullable=False, server_default="draft"))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    favorites_count: int = _counter()
    comments_count: int = _counter()
    comments_numbered: int = _counter()
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


class TagRow(SQLModel, table=True):
    """A tag, as it was first written, and how many posts that everyone may see have it."""

    __tablename__ = "tag"
    __table_args__ = (Index("tag_by_count", "tenant", text("posts_count DESC"), "tag"), _MYSQL)

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    tag: str = Field(sa_column=Column(Folded, primary_key=True))
    name: str = Field(sa_column=Column(String(50), nullable=False))
    posts_count: int = Field(sa_column=Column(Integer, nullable=False))


class PostSearchRow(SQLModel, table=True):
    """The words by which a post is found. `published_at` is set as in `post_tag`.

    Their full-text index is a part of the table on MySQL, and one beside it on SQLite.
    """

    __tablename__ = "post_search"
    __table_args__ = (
        UniqueConstraint("tenant", "post_id", name="post_search_of_post"),
        Index("post_search_by_publication", "tenant", "published_at", "post_id"),
        _MYSQL,
    )

    id: int = Field(sa_column=Column(Integer, primary_key=True))
    tenant: UUID = _tenant()
    post_id: UUID = Field(sa_column=Column(Id, nullable=False))
    published_at: datetime | None = Field(sa_column=Column(Instant))
    words: str = Field(sa_column=Column(LongText, nullable=False))


class CommentRow(SQLModel, table=True):
    """A comment on a post, numbered within it."""

    __tablename__ = "comment"
    __table_args__ = (_MYSQL,)

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    post_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    author_id: UUID = Field(sa_column=Column(Id, nullable=False))
    body: str = Field(sa_column=Column(LongText, nullable=False))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    updated_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    deleted_at: datetime | None = Field(sa_column=Column(Instant))


class FavoriteRow(SQLModel, table=True):
    """A post that a user favours. `published_at` is set as in `post_tag`."""

    __tablename__ = "favorite"
    __table_args__ = (
        Index("favorite_by_publication", "tenant", "user_id", "published_at", "post_id"),
        Index("favorite_by_post", "tenant", "post_id"),
        _MYSQL,
    )

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    user_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    post_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    published_at: datetime | None = Field(sa_column=Column(Instant))


class FollowRow(SQLModel, table=True):
    """A user who follows another."""

    __tablename__ = "follow"
    __table_args__ = (
        Index("follow_by_followed", "tenant", "followed_id", "follower_id"),
        _MYSQL,
    )

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    follower_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    followed_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class AddressRow(SQLModel, table=True):
    """An address that leads to a post: a slug, or `/where/it/was` elsewhere."""

    __tablename__ = "address"
    __table_args__ = (Index("address_by_post", "tenant", "post_id"), _MYSQL)

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    address: str = Field(sa_column=Column(String(255), primary_key=True))
    post_id: UUID = Field(sa_column=Column(Id, nullable=False))
    kind: str = Field(sa_column=Column(String(5), nullable=False))


class AnswerRow(SQLModel, table=True):
    """The answer to a request that carried a key; it has none while the request runs."""

    __tablename__ = "answer"
    __table_args__ = (_MYSQL,)

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    user_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    address: bytes = Field(sa_column=Column(Digest, primary_key=True))
    body: bytes = Field(sa_column=Column(Digest, nullable=False))
    status: int | None = Field(sa_column=Column(Integer))
    headers: dict[str, str] | None = Field(sa_column=Column(JSON))
    content: bytes | None = Field(sa_column=Column(Bytes))
    given_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class TouchedRow(SQLModel, table=True):
    """What a change made old in caches, and for whom, until they know."""

    __tablename__ = "touched"
    __table_args__ = (_MYSQL,)

    id: UUID = Field(sa_column=Column(Id, primary_key=True))
    tenant: UUID = Field(sa_column=Column(Id, nullable=False))
    tags: list[str] = Field(sa_column=Column(JSON, nullable=False))
    writers: list[str] = Field(sa_column=Column(JSON, nullable=False))
    touched_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class JobRow(SQLModel, table=True):
    """A job; `due_at` is when the relay must look at it next, NULL once it has ended."""

    __tablename__ = "job"
    __table_args__ = (
        Index("job_by_tenant", "tenant", "id"),
        Index("job_by_due", "due_at", "state"),
        UniqueConstraint("tenant", "kind", "period", name="job_period"),
        _MYSQL,
    )

    id: UUID = Field(sa_column=Column(Id, primary_key=True))
    tenant: UUID = Field(sa_column=Column(Id, nullable=False))
    kind: str = Field(sa_column=Column(String(40), nullable=False))
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    period: str | None = Field(sa_column=Column(String(40)))
    requested_by: UUID | None = Field(sa_column=Column(Id))
    request_id: str | None = Field(sa_column=Column(String(128)))
    state: str = Field(sa_column=Column(String(10), nullable=False))
    attempts: int = Field(sa_column=Column(Integer, nullable=False))
    max_attempts: int = Field(sa_column=Column(Integer, nullable=False))
    items_counted: int = Field(sa_column=Column(Integer, nullable=False, server_default="0"))
    run_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    due_at: datetime | None = Field(sa_column=Column(Instant))
    total: int | None = Field(sa_column=Column(Integer))
    result: Any = Field(sa_column=Column(JSON))
    error: str | None = Field(sa_column=Column(Text))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    started_at: datetime | None = Field(sa_column=Column(Instant))
    finished_at: datetime | None = Field(sa_column=Column(Instant))


class JobItemRow(SQLModel, table=True):
    """A part of a job that is done: stored with what it did, so it can't be done twice."""

    __tablename__ = "job_item"
    __table_args__ = (_MYSQL,)

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    job_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    name: str = Field(sa_column=Column(String(40), primary_key=True))
    outcome: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


# The tables as statements name them.
tenants = METADATA.tables["tenant"]
users = METADATA.tables["user"]
token_families = METADATA.tables["token_family"]
posts = METADATA.tables["post"]
post_tags = METADATA.tables["post_tag"]
tags = METADATA.tables["tag"]
post_search = METADATA.tables["post_search"]
comments = METADATA.tables["comment"]
favorites = METADATA.tables["favorite"]
follows = METADATA.tables["follow"]
addresses = METADATA.tables["address"]
answers = METADATA.tables["answer"]
touched = METADATA.tables["touched"]
jobs = METADATA.tables["job"]
job_items = METADATA.tables["job_item"]
