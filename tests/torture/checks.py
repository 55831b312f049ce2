"""The checker: takes one call after the other, and names what no promise allows."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from tests.torture import answers
from tests.torture.bounds import CACHE_TWICE_DISTURBED_SECONDS
from tests.torture.op import Op
from tests.torture.staleness import Published

_OF_POSTS = ("create", "edit", "delete")
_WRITES = (*_OF_POSTS, "comment", "favorite", "unfavorite", "follow", "unfollow")


@dataclass(frozen=True)
class Violation:
    """What was not kept, and by which call it was seen."""

    kind: str
    what: str
    op: Op | None = None


@dataclass
class Own:
    """What a client knows of one thing of its own: a number that never goes back for it."""

    acknowledged: int | None = None
    by_token: int | None = None  # of answers whose Consistency-Token was kept
    seen: int | None = None
    tried: int = 0
    id: str = ""
    written_at: float = 0.0

    def least(self, op: Op) -> int | None:
        """The number that a read must show at least."""
        if op.known_by == "token":
            return self.by_token
        known = [each for each in (self.acknowledged, self.seen) if each is not None]
        return max(known, default=None)


@dataclass
class Checker:
    """All that was acknowledged or seen so far, and what contradicted it."""

    violations: list[Violation] = field(default_factory=list)
    _own: defaultdict[tuple[str, str], Own] = field(default_factory=lambda: defaultdict(Own))
    _published: Published = field(default_factory=Published)

    def take(self, op: Op) -> list[Violation]:
        """Judge a call; returns the violations that it shows."""
        found = [Violation(kind, what, op) for kind, what in self._faults(op)]
        self.violations += found
        return found

    def add(self, kind: str, what: str) -> None:
        """Note a violation that no single call shows."""
        self.violations.append(Violation(kind, what))

    def own(self, client: str, subject: str) -> Own:
        return self._own[client, subject]

    def counts(self) -> Counter[str]:
        return Counter(violation.kind for violation in self.violations)

    def _faults(self, op: Op) -> list[tuple[str, str]]:
        found = answers.faults(op)
        if op.kind in _WRITES:
            return found + self._written(op)
        if "number" in op.seen:
            found += self._published.faults(op) if op.known_by == "nothing" else self._read(op)
        return found

    def _written(self, op: Op) -> list[tuple[str, str]]:
        own = self.own(op.client, op.subject)
        own.tried = max(own.tried, op.value)
        if not op.is_done:
            return []
        self._acknowledge(own, op)
        post_id = str(op.seen.get("id", own.id))
        if own.id and post_id != own.id:
            return [("doubled", f"{op.subject} is {post_id} and {own.id}")]
        own.id = post_id
        return []

    def _acknowledge(self, own: Own, op: Op) -> None:
        if op.kind in _OF_POSTS:
            own.acknowledged = max(own.acknowledged or 0, op.value)
            if not op.seen.get("is_draft"):
                self._published.acknowledge(op)
        else:  # a favourite goes on and off: the last word counts
            own.acknowledged, own.seen = op.value, None
        own.by_token = own.acknowledged
        own.written_at = op.end

    def _read(self, op: Op) -> list[tuple[str, str]]:
        own, number = self.own(op.client, op.subject), int(op.seen["number"])
        if "is_set" in op.seen:
            is_behind = own.acknowledged is not None and number != own.acknowledged
            return self._stale(own, op, own.acknowledged) if is_behind else []
        if number > own.tried:
            return [("invented", f"{op.subject} shows {number}, {own.tried} was the last")]
        least = own.least(op)
        if least is not None and number < least:
            return self._stale(own, op, least)
        if op.known_by != "token":
            own.seen = max(own.seen or 0, number)
        return []

    def _stale(self, own: Own, op: Op, least: int | None) -> list[tuple[str, str]]:
        if op.twice_calm < CACHE_TWICE_DISTURBED_SECONDS and op.known_by == "account":
            return []
        is_unseen = least == own.acknowledged
        kind = f"own write unseen ({op.known_by})" if is_unseen else "own read went back"
        age = op.start - own.written_at
        what = f"{op.kind} of {op.subject} shows {op.seen['number']}, not {least}, {age:.1f} s old"
        return [(kind, what)]
