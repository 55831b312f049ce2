"""The tables of licences, their offers, and the grants of readers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Integer, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from infra.database.tables import METADATA, MYSQL
from infra.database.types import Id, Instant, LongText


class LicenceRow(SQLModel, table=True):
    """A licence."""

    __tablename__ = "licence"
    __table_args__ = (MYSQL,)

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    id: UUID = Field(sa_column=Column(Id, primary_key=True))
    holder: str = Field(sa_column=Column(String(200), nullable=False))
    note: str | None = Field(sa_column=Column(LongText))
    starts_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ends_at: datetime | None = Field(sa_column=Column(Instant))
    offers_numbered: int = Field(sa_column=Column(Integer, nullable=False))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    updated_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class OfferRow(SQLModel, table=True):
    """An offer of a licence, numbered within it."""

    __tablename__ = "offer"
    __table_args__ = (Index("offer_on_post", "tenant", "post_id", "starts_at"), MYSQL)

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    licence_id: UUID = Field(sa_column=Column(Id, primary_key=True))
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    post_id: UUID = Field(sa_column=Column(Id, nullable=False))
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    currency: str = Field(sa_column=Column(String(3), nullable=False))
    starts_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ends_at: datetime | None = Field(sa_column=Column(Instant))


class PostGrantRow(SQLModel, table=True):
    """A reader's grant, with a copy of the offer, which may be gone; `id` is of the newest one."""

    __tablename__ = "post_grant"
    __table_args__ = (
        UniqueConstraint("tenant", "user_id", "post_id", name="post_grant_of_reader"),
        Index("post_grant_on_post", "tenant", "post_id"),
        MYSQL,
    )

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    id: UUID = Field(sa_column=Column(Id, primary_key=True))
    user_id: UUID = Field(sa_column=Column(Id, nullable=False))
    post_id: UUID = Field(sa_column=Column(Id, nullable=False))
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    currency: str = Field(sa_column=Column(String(3), nullable=False))
    starts_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ends_at: datetime | None = Field(sa_column=Column(Instant))
    granted_at: datetime = Field(sa_column=Column(Instant, nullable=False))


licences = METADATA.tables["licence"]
offers = METADATA.tables["offer"]
grants = METADATA.tables["post_grant"]
