"""Checks: what an answer must show to whom it was promised. README.md has the promises."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, astuple, dataclass
from datetime import datetime
from typing import Any, Self

Json = dict[str, Any]
Holds = Callable[["Answer"], bool]

_FROM_CACHE = frozenset({"HIT", "MISS"})
_TEXT = ("title", "slug", "summary", "tags", "status")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def is_from_cache(self) -> bool:
        """Whether the cache answers for how new it is."""
        return self.headers.get("x-cache") in _FROM_CACHE

    @property
    def version(self) -> int:
        """The version in a post's ETag; 0 where there is none."""
        version = self.headers.get("etag", "").strip('"').partition("-")[0]
        return int(version) if version.isdecimal() else 0


@dataclass(frozen=True, slots=True)
class Check:
    """A comparison, under the name by which it fails; one that is `of_cache` is promised of
    what is in the cache only."""

    name: str
    holds: Holds
    of_cache: bool = False

    def applies_to(self, answer: Answer) -> bool:
        return answer.is_from_cache or not self.of_cache

    def fails(self, answer: Answer) -> bool:
        return answer.status != 200 or not self.holds(answer)


@dataclass(frozen=True, slots=True)
class Least:
    """What a post shows at least. Nobody on this day takes a favourite or a comment back."""

    version: int = 0
    favorites_count: int = 0
    comments_count: int = 0

    @classmethod
    def of(cls, post: Json) -> Self:
        return cls(post["version"], post["favorites_count"], post["comments_count"])

    def joined(self, other: Self) -> Self:
        return type(self)(*map(max, astuple(self), astuple(other)))

    def is_shown_by(self, answer: Answer) -> bool:
        return all(answer.body[name] >= least for name, least in asdict(self).items())


def shows(post: Json) -> Holds:
    """A post alone shows a change, or a later one, under the ETag of its version."""

    def holds(answer: Answer) -> bool:
        return answer.version == answer.body["version"] and _has(answer.body, post)

    return holds


def lists(post: Json) -> Holds:
    """A list of the newest posts shows a change, or has no room for the post."""

    def holds(answer: Answer) -> bool:
        for item in answer.body["items"]:
            if item["id"] == post["id"]:
                return _has(item, post)
        return _is_beyond(answer.body, post)

    return holds


def counts(total: int) -> Holds:
    """A list has so many items at least."""
    return lambda answer: answer.body["total"] >= total or not answer.body["total_is_exact"]


def says(**fields: object) -> Holds:
    """An answer has these fields."""
    return lambda answer: fields.items() <= answer.body.items()


def _has(shown: Json, post: Json) -> bool:
    if shown["version"] != post["version"]:
        return bool(shown["version"] > post["version"])
    return all(shown[name] == post[name] for name in _TEXT)


def _is_beyond(page: Json, post: Json) -> bool:
    """Whether a post may stand behind the last one of a page."""
    if page["next_cursor"] is None:
        return False
    last, own = page["items"][-1]["published_at"], post["published_at"]
    return not (last and own) or datetime.fromisoformat(last) >= datetime.fromisoformat(own)
