"""The tables of posts: with what lists filter by, with their favourites and addresses."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, Column, Index, Integer, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from infra.database.tables import METADATA, MYSQL, counter_column, tenant_column
from infra.database.types import Folded, Id, Instant, LongText

_LISTED = ("tenant", "listing")
_OF_AUTHOR = ("tenant", "author_id", "listing")


class PostRow(SQLModel, table=True):
    """A post. `listing` is the list on which it stands: its status, `deleted`, or `page`."""

    __tablename__ = "post"
    __table_args__ = (
        Index("post_listed_by_publication", *_LISTED, "published_at", "id"),
        Index("post_listed_by_update", *_LISTED, "updated_at", "id"),
        Index("post_listed_by_title", *_LISTED, "title", "id"),
        Index("post_of_author_by_publication", *_OF_AUTHOR, "published_at", "id"),
        Index("post_of_author_by_update", *_OF_AUTHOR, "updated_at", "id"),
        Index("post_of_author_by_title", *_OF_AUTHOR, "title", "id"),
        MYSQL,
    )

    id: UUID = Field(sa_column=Column(Id, primary_key=True))
    tenant: UUID = tenant_column()
    author_id: UUID = Field(sa_column=Column(Id, nullable=False))
    slug: str = Field(sa_column=Column(String(255), nullable=False))
    title: str = Field(sa_column=Column(String(200), nullable=False))
    summary: str | None = Field(sa_column=Column(String(500)))
    body: str = Field(sa_column=Column(LongText, nullable=False))
    tags: list[str] = Field(sa_column=Column(JSON, nullable=False))
    byline: str | None = Field(sa_column=Column(String(500)))
    status: str = Field(sa_column=Column(String(10), nullable=False))
    kind: str = Field(sa_column=Column(String(5), nullable=False, server_default="post"))
    listing: str = Field(sa_column=Column(String(10), nullable=False, server_default="draft"))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    revision: int | None = Field(sa_column=Column(Integer))  # the one that has the present text
    favorites_count: int = counter_column()
    comments_count: int = counter_column()
    comments_numbered: int = counter_column()
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    updated_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    published_at: datetime | None = Field(sa_column=Column(Instant))
    deleted_at: datetime | None = Field(sa_column=Column(Instant))
    cover_id: UUID | None = Field(sa_column=Column(Id))
    access: str = Field(sa_column=Column(String(7), nullable=False, server_default="public"))
    notified_by: UUID | None = Field(sa_column=Column(Id))  # the job, which stays the only one


class PostTagRow(SQLModel, table=True):
    """A tag of a post, for filtering. `published_at` is set while the post is public."""

    __tablename__ = "post_tag"
    __table_args__ = (
        Index("post_tag_by_publication", "tenant", "tag", "published_at", "post_id"),
        MYSQL,
    )

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    post_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    tag: str = Field(sa_column=Column(Folded, primary_key=True))
    published_at: datetime | None = Field(sa_column=Column(Instant))


class PostSearchRow(SQLModel, table=True):
    """The words by which a post is found. `published_at` is set as in `post_tag`.

    Their full-text index is a part of the table on MySQL, and one beside it on SQLite.
    """

    __tablename__ = "post_search"
    __table_args__ = (
        UniqueConstraint("tenant", "post_id", name="post_search_of_post"),
        Index("post_search_by_publication", "tenant", "published_at", "post_id"),
        MYSQL,
    )

    id: int = Field(sa_column=Column(Integer, primary_key=True))
    tenant: UUID = tenant_column()
    post_id: UUID = Field(sa_column=Column(Id, nullable=False))
    published_at: datetime | None = Field(sa_column=Column(Instant))
    words: str = Field(sa_column=Column(LongText, nullable=False))


class FavoriteRow(SQLModel, table=True):
    """A post that a user favours. `published_at` is set as in `post_tag`."""

    __tablename__ = "favorite"
    __table_args__ = (
        Index("favorite_by_publication", "tenant", "user_id", "published_at", "post_id"),
        Index("favorite_by_post", "tenant", "post_id"),
        MYSQL,
    )

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    user_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    post_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    published_at: datetime | None = Field(sa_column=Column(Instant))


class AddressRow(SQLModel, table=True):
    """An address that leads to a post: a slug, or `/where/it/was` elsewhere."""

    __tablename__ = "address"
    __table_args__ = (Index("address_by_post", "tenant", "post_id"), MYSQL)

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    address: str = Field(sa_column=Column(String(255), primary_key=True))
    post_id: UUID = Field(sa_column=Column(Id, nullable=False))
    kind: str = Field(sa_column=Column(String(5), nullable=False))


posts = METADATA.tables["post"]
post_tags = METADATA.tables["post_tag"]
post_search = METADATA.tables["post_search"]
favorites = METADATA.tables["favorite"]
addresses = METADATA.tables["address"]
