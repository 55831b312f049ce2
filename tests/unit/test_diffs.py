"""Differences of texts: they lead from one to the other, and take bounded time."""

import re
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.revision import diff
from application.revision.diff import difference
from application.revision.views import ChangedLine, ChangedTags
from domain.revision import PostText

TEXTS = st.lists(st.sampled_from(["a", "b", "", "-", "+", "@@"]), max_size=30).map("\n".join)


def between(before: str, after: str) -> str | None:
    texts = (PostText("t", None, (), body) for body in (before, after))
    return difference(1, next(texts), 2, next(texts)).body


def patched(before: str, unified: str | None) -> str:
    """Apply a unified diff, by what its hunks say of lines."""
    lines, made, at = before.split("\n"), list[str](), 0
    for line in unified.split("\n")[2:] if unified else ():
        if hunk := re.fullmatch(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,\d+)? @@", line):
            begin = int(hunk[1]) - (hunk[2] != "0")
            made, at = made + lines[at:begin], begin
            assert len(made) == int(hunk[3]) - 1
        elif line[0] == "+":
            made.append(line[1:])
        else:
            assert lines[at] == line[1:]
            made, at = made + [line[1:]] * (line[0] == " "), at + 1
    return "\n".join(made + lines[at:])


def test_what_differs_is_named() -> None:
    one = PostText("One", None, ("ink",), "a\nb\nc\nd\ne\nf")
    two = PostText("Two", "s", ("ink", "lead"), "a\nb\nc\nd\nE\nf")
    found = difference(3, one, 7, two)
    assert (found.title, found.summary) == (
        ChangedLine(before="One", after="Two"),
        ChangedLine(before=None, after="s"),
    )
    assert found.tags == ChangedTags(before=("ink",), after=("ink", "lead"))
    assert found.body == "--- 3\n+++ 7\n@@ -2,5 +2,5 @@\n b\n c\n d\n-e\n+E\n f"
    assert set(dict(difference(3, one, 3, one)).values()) == {None}


@given(TEXTS, TEXTS)
def test_a_diff_leads_from_one_text_to_the_other(before: str, after: str) -> None:
    assert patched(before, between(before, after)) == after


@pytest.mark.parametrize("lines", [9_000, 200_000])
def test_hostile_texts_take_bounded_time(lines: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diff, "_SECONDS", 0.1)
    # each line is as frequent as one may be that is still compared
    before = "\n".join(chr(97 + number * 7 % 101) for number in range(lines))
    after = "\n".join(chr(97 + number * 11 % 101) for number in range(lines))
    begin = thread_time()
    unified = between(before, after)
    assert thread_time() - begin < 2
    assert patched(before, unified) == after
