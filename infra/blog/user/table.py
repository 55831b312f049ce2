"""The tables of accounts, logins, links in mails, and of who follows whom."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Column, Index, Integer, String, UniqueConstraint, false, true
from sqlmodel import Field, SQLModel

from infra.database.tables import METADATA, MYSQL, counter_column, tenant_column
from infra.database.types import Digest, Folded, Id, Instant, LongText


class UserRow(SQLModel, table=True):
    """An account."""

    __tablename__ = "user"
    __table_args__ = (
        UniqueConstraint(
            "tenant", "username_folded", name="user_username", info={"field": "username"}
        ),
        UniqueConstraint("tenant", "email_folded", name="user_email", info={"field": "email"}),
        MYSQL,
    )

    id: UUID = Field(sa_column=Column(Id, primary_key=True))
    tenant: UUID = tenant_column()
    username: str = Field(sa_column=Column(String(50), nullable=False))
    username_folded: str = Field(sa_column=Column(Folded, nullable=False))
    email: str | None = Field(sa_column=Column(String(254)))
    email_folded: str | None = Field(sa_column=Column(Folded))
    email_verified: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=false()))
    pending_email: str | None = Field(sa_column=Column(String(254)))
    password_hash: str | None = Field(sa_column=Column(String(255)))
    display_name: str = Field(sa_column=Column(String(100), nullable=False))
    bio: str | None = Field(sa_column=Column(LongText))
    image: str | None = Field(sa_column=Column(String(2000)))
    role: str = Field(sa_column=Column(String(10), nullable=False))
    is_active: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=true()))
    mails: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=true()))
    followers_count: int = counter_column()
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    updated_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    deleted_at: datetime | None = Field(sa_column=Column(Instant))


class TokenFamilyRow(SQLModel, table=True):
    """A login and the refresh tokens that it led to."""

    __tablename__ = "token_family"
    __table_args__ = (
        Index("token_family_by_user", "tenant", "user_id"),
        Index("token_family_by_end", "revoked_at"),
        MYSQL,
    )

    id: UUID = Field(sa_column=Column(Id, primary_key=True))
    tenant: UUID = tenant_column()
    user_id: UUID = Field(sa_column=Column(Id, nullable=False))
    generation: int = Field(sa_column=Column(Integer, nullable=False))
    rotated_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    revoked_at: datetime | None = Field(sa_column=Column(Instant))
    client: str | None = Field(sa_column=Column(String(200)))  # what the User-Agent said


class PersonalTokenRow(SQLModel, table=True):
    """A personal token."""

    __tablename__ = "personal_token"
    __table_args__ = (
        UniqueConstraint("tenant", "digest", name="personal_token_by_digest"),
        Index("personal_token_by_user", "tenant", "user_id"),
        MYSQL,
    )

    id: UUID = Field(sa_column=Column(Id, primary_key=True))
    tenant: UUID = tenant_column()
    user_id: UUID = Field(sa_column=Column(Id, nullable=False))
    name: str = Field(sa_column=Column(String(100), nullable=False))
    scopes: str = Field(sa_column=Column(String(50), nullable=False))  # with spaces between
    prefix: str = Field(sa_column=Column(String(8), nullable=False))
    digest: bytes = Field(sa_column=Column(Digest, nullable=False))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    last_used_at: datetime | None = Field(sa_column=Column(Instant))
    expires_at: datetime | None = Field(sa_column=Column(Instant))
    revoked_at: datetime | None = Field(sa_column=Column(Instant))


class ConfirmationRow(SQLModel, table=True):
    """A link that was sent to an address, until it is used."""

    __tablename__ = "confirmation"
    __table_args__ = (
        UniqueConstraint("tenant", "user_id", "purpose", name="confirmation_by_user"),
        Index("confirmation_by_end", "expires_at"),
        MYSQL,
    )

    id: UUID = Field(sa_column=Column(Id, primary_key=True))
    tenant: UUID = tenant_column()
    user_id: UUID = Field(sa_column=Column(Id, nullable=False))
    purpose: str = Field(sa_column=Column(String(10), nullable=False))
    email: str = Field(sa_column=Column(String(254), nullable=False))
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class FollowRow(SQLModel, table=True):
    """A user who follows another."""

    __tablename__ = "follow"
    __table_args__ = (
        Index("follow_by_followed", "tenant", "followed_id", "follower_id"),
        MYSQL,
    )

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    follower_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    followed_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))


users = METADATA.tables["user"]
personal_tokens = METADATA.tables["personal_token"]
confirmations = METADATA.tables["confirmation"]
token_families = METADATA.tables["token_family"]
follows = METADATA.tables["follow"]
