"""The table of the settings of blogs."""

from uuid import UUID

from sqlalchemy import JSON, Boolean, Column, String
from sqlmodel import Field, SQLModel

from infra.database.tables import METADATA, MYSQL
from infra.database.types import Id


class BlogSettingsRow(SQLModel, table=True):
    """The settings of one blog; there is none where nobody has chosen any.

    What may be null was added later: rows that are older than a setting have none.
    """

    __tablename__ = "blog_settings"
    __table_args__ = (MYSQL,)

    tenant: UUID = Field(sa_column=Column(Id, primary_key=True))
    registration: str = Field(sa_column=Column(String(10), nullable=False))
    registration_role: str = Field(sa_column=Column(String(10), nullable=False))
    title: str | None = Field(sa_column=Column(String(100)))
    tagline: str | None = Field(sa_column=Column(String(300)))
    language: str | None = Field(sa_column=Column(String(35)))
    menu: list[dict[str, str]] | None = Field(sa_column=Column(JSON))
    comments: bool | None = Field(sa_column=Column(Boolean))


blog_settings = METADATA.tables["blog_settings"]
