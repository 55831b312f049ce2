"""Views of working copies: their JSON is that of the API."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from application.views import View


class WorkingCopyView(View):
    """The caller's working copy of a post; `based_on` is the post's version at which it was
    begun."""

    post_id: UUID = Field(examples=["0198c5b2-7a10-7f3c-8d2e-5a6b7c8d9e0f"])
    based_on: int = Field(examples=[2])
    title: str = Field(examples=["Stop the presses"])
    summary: str | None = Field(examples=["What the compositor found."])
    tags: tuple[str, ...] = Field(examples=[["news", "Ink"]])
    body: str = Field(examples=["Mended, and"], description="Markdown.")
    saved_at: datetime = Field(examples=["2026-01-02T04:00:00Z"])
