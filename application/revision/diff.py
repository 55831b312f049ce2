"""What differs between two texts of a post, within a bounded time."""

from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher
from itertools import takewhile
from operator import eq
from time import thread_time
from typing import Literal

from application.revision.views import ChangedLine, ChangedTags, RevisionDiff
from domain.revision import PostText

_SECONDS = 0.5  # of the processor's time
_LINES = 20_000  # of both texts, between what they begin and end with: one look takes 0.2 s then
_AROUND = 3  # lines that are shown before and after a difference

Lines = Sequence[str]
Step = tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]


class _Matcher(SequenceMatcher[str]):
    """Compares what is between the lines that two texts begin and end with, and finds no matches
    once its time is over: the rest is one difference."""

    def __init__(self, before: Lines, after: Lines) -> None:
        self._head = _count_equal(before, after)
        self._tail = _count_equal(before[self._head :][::-1], after[self._head :][::-1])
        self._ends = len(before) - self._tail, len(after) - self._tail
        between = before[self._head : self._ends[0]], after[self._head : self._ends[1]]
        super().__init__(None, *between)
        is_long = sum(map(len, between)) > _LINES
        self._end = 0.0 if is_long else thread_time() + _SECONDS

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        if thread_time() > self._end:
            return Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)

    def get_opcodes(self) -> list[Step]:
        head, tail = self._head, self._tail
        steps: list[Step] = [("equal", 0, head, 0, head)] if head else []
        for tag, *places in super().get_opcodes():
            i1, i2, j1, j2 = (head + place for place in places)
            steps.append((tag, i1, i2, j1, j2))
        i, j = self._ends
        return [*steps, ("equal", i, i + tail, j, j + tail)] if tail else steps


def difference(version: int, before: PostText, other: int, after: PostText) -> RevisionDiff:
    """Return what differs between the texts of two versions."""
    return RevisionDiff(
        title=_changed_line(before.title, after.title),
        summary=_changed_line(before.summary, after.summary),
        tags=_changed_tags(before.tags, after.tags),
        body=_unified(version, before.body, other, after.body),
    )


def _changed_line(before: str | None, after: str | None) -> ChangedLine | None:
    return None if before == after else ChangedLine(before=before, after=after)


def _changed_tags(before: tuple[str, ...], after: tuple[str, ...]) -> ChangedTags | None:
    return None if before == after else ChangedTags(before=before, after=after)


def _unified(version: int, before: str, other: int, after: str) -> str | None:
    if before == after:
        return None
    hunks = _hunks(before.split("\n"), after.split("\n"))
    return "\n".join((f"--- {version}", f"+++ {other}", *hunks))


def _hunks(before: Lines, after: Lines) -> Iterator[str]:
    for steps in _Matcher(before, after).get_grouped_opcodes(_AROUND):
        first, last = steps[0], steps[-1]
        yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@"
        for tag, i1, i2, j1, j2 in steps:
            if tag == "equal":
                yield from (f" {line}" for line in before[i1:i2])
                continue
            yield from (f"-{line}" for line in before[i1:i2])
            yield from (f"+{line}" for line in after[j1:j2])


def _range(start: int, stop: int) -> str:
    """Return lines as a hunk names them: from 1, or the line before where there are none."""
    count = stop - start
    return f"{start + 1}" if count == 1 else f"{start + bool(count)},{count}"


def _count_equal(before: Lines, after: Lines) -> int:
    """Return how many lines both begin with."""
    return sum(1 for _ in takewhile(bool, map(eq, before, after)))
