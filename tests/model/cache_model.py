"""A model of what is behind the cache: a primary whose commits have numbers, and its replica."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from application.caching import Absent, Answer, CachedCall
from application.positions import NOWHERE, Position
from application.views import Encoded

SOURCE = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
TAGS = ("posts", "post:1", "own:ann", "own:bob")
QUESTIONS = (
    CachedCall("page", "[1]", ("posts",), 30),
    CachedCall("page", "[2]", ("posts",), 30),
    CachedCall("post", "[1]", ("post:1",), 30),
    CachedCall("both", "[1]", ("posts", "post:1"), 30),
)
# what each caller alone sees: the overlay of any question
OWN = {
    caller: CachedCall("own", f"[{caller}]", (f"own:{caller}",), 30) for caller in ("ann", "bob")
}

Versions = Mapping[str, int]
"""Of each tag the number of the newest commit that touched it."""


@dataclass
class ModelDatabase:
    """A primary, and a replica that has reached the commit `replica`."""

    commits: list[frozenset[str]] = field(default_factory=list)
    replica: int = 0

    @property
    def newest(self) -> int:
        return len(self.commits)

    def commit(self, tags: frozenset[str]) -> int:
        """Change what carries these tags; returns the commit's number."""
        self.commits.append(tags)
        return self.newest

    def load(self, call: CachedCall, position: Position) -> Answer:
        """Answer from the replica if it has reached the position, else from the primary."""
        is_reached = position_at(self.replica).reaches(position)
        number = self.replica if is_reached else self.newest
        return _answer(call, self.versions(call, number))

    def versions(self, call: CachedCall, number: int) -> Versions:
        """Return the versions of a call's tags when this commit was the newest."""
        return {tag: self.version(tag, number) for tag in call.tags}

    def version(self, tag: str, number: int) -> int:
        return next((n for n in range(number, 0, -1) if tag in self.commits[n - 1]), 0)


def position_at(number: int) -> Position:
    return Position({SOURCE: number}) if number else NOWHERE


def said_in(answer: Answer) -> tuple[list[str], Versions]:
    """Return the call that was answered, and the versions in the answer."""
    asked, versions = json.loads(
        answer.what if isinstance(answer, Absent) else answer.content.decode()
    )
    return asked, versions


def _answer(call: CachedCall, versions: Versions) -> Answer:
    said = json.dumps([[call.name, call.arguments], versions])
    is_there = sum(versions.values()) % 3
    return Encoded(said.encode(), '"e"') if is_there else Absent(said)
