"""Pages of lists: their query parameters, and the fields that they share."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from application.views import View

OFFSET_LIMIT = 10_000
TOTAL_LIMIT = 10_000
CURSOR_LIMIT = 4_000  # it may contain a title

Item = TypeVar("Item")


class PageQuery(BaseModel):
    """The parameters that select a page of a list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit: int = Field(default=20, ge=1, le=100)
    cursor: str | None = Field(default=None, min_length=1, max_length=CURSOR_LIMIT)
    offset: int | None = Field(default=None, ge=0, le=OFFSET_LIMIT)

    @field_validator("offset")
    @classmethod
    def _one_way_to_page(cls, offset: int | None, others: ValidationInfo) -> int | None:
        if offset is not None and others.data.get("cursor") is not None:
            raise ValueError("cursor and offset exclude each other: send one of them")
        return offset


class Page(View, Generic[Item]):
    """A page of a list. `total` counts to 10,000 and stops; then it is not exact."""

    total: int = Field(examples=[1])
    total_is_exact: bool = Field(examples=[True])
    next_cursor: str | None = Field(examples=[None])
    items: tuple[Item, ...]

    def _next_cursor(self) -> str:
        return self.next_cursor or ""
