"""Pages: how lists are asked for, and what all of them answer."""

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from application.views import View

OFFSET_LIMIT = 10_000
TOTAL_LIMIT = 10_000
CURSOR_LIMIT = 4_000  # a title may stand in it


class PageQuery(BaseModel):
    """Which page of a list."""

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


class Page(View):
    """A page of a list. `total` counts to 10,000 and stops; then it is not exact."""

    total: int
    total_is_exact: bool
    next_cursor: str | None

    def _next_cursor(self) -> str:
        return self.next_cursor or ""
