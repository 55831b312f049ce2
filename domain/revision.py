"""Revisions: what a post's text was, at each of its changes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

ALL_KEPT_FOR = timedelta(days=30)
DAILY_KEPT_FOR = ALL_KEPT_FOR + timedelta(days=365)  # after that, one of each month stays


class HasText(Protocol):
    """What has all that a revision keeps of a post."""

    @property
    def title(self) -> str: ...

    @property
    def summary(self) -> str | None: ...

    @property
    def tags(self) -> tuple[str, ...]: ...

    @property
    def body(self) -> str | None: ...  # None for whoever may not read it


@dataclass(frozen=True, slots=True)
class PostText:
    """All that a revision keeps of a post."""

    title: str
    summary: str | None
    tags: tuple[str, ...]
    body: str

    @classmethod
    def of(cls, post: HasText) -> "PostText":
        return cls(post.title, post.summary, post.tags, post.body or "")
