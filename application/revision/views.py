"""Views of revisions: their JSON is that of the API."""

from datetime import datetime

from pydantic import Field

from application.pages import Page
from application.user.views import AuthorView
from application.views import View


class RevisionSummary(View):
    """A revision in a list: all but its body. `version` is the post's after that change, `author`
    who made it."""

    version: int = Field(examples=[2])
    author: AuthorView
    title: str = Field(examples=["Stop the presses"])
    summary: str | None = Field(examples=["What the compositor found."])
    tags: tuple[str, ...] = Field(examples=[["news", "Ink"]])
    created_at: datetime = Field(examples=["2026-01-02T04:00:00Z"])


class RevisionView(RevisionSummary):
    """A revision: what a post's text was."""

    body: str = Field(examples=["Mended."], description="Markdown.")


class RevisionPage(Page[RevisionSummary]):
    """A page of revisions, the newest first."""


class ChangedLine(View):
    """A title or a summary, before and after."""

    before: str | None = Field(examples=["Stop the press"])
    after: str | None = Field(examples=["Stop the presses"])


class ChangedTags(View):
    """Tags, before and after."""

    before: tuple[str, ...] = Field(examples=[["news"]])
    after: tuple[str, ...] = Field(examples=[["news", "Ink"]])


class RevisionDiff(View):
    """What differs between two texts of a post; null for what does not."""

    title: ChangedLine | None
    summary: ChangedLine | None
    tags: ChangedTags | None
    body: str | None = Field(
        examples=["--- 1\n+++ 2\n@@ -1 +1 @@\n-A misprint!\n+Mended."],
        description="A unified diff of the lines. One of long texts with many differences is"
        " correct, but may be longer than it has to be.",
    )
