"""Excerpts of posts, and the minutes that they take."""

from time import process_time

import pytest

from application.post.excerpt import READ, excerpt_of, reading_minutes_of


def excerpt(body: str, summary: str | None = None) -> str:
    return excerpt_of(summary, body[:READ], len(body))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("# A *b* __c__ ~~d~~ `e_f`", "A b c d e_f"),
        ("> a\n> - b\n1. c\n\n---\n***\nd\n===", "a b c d"),
        ("[a](b) [c][d] [e] ![f](g.png)h[^1]\n\n[d]: https://x.org\n[^1]: i", "a c e h"),
        ("<p class=x>a</p><!-- b --> &lt;c&gt; \\*d\\*", "a <c> *d*"),
        ("```rust\nfn a() {}\n```", "fn a() {}"),
        ("|a|b|\n|-|:-:|\n|c|d|", "ab cd"),
        ("snake_case _a_ 2 * 3", "snake_case a 2 3"),
        ("![only](a.png)", ""),
    ],
    ids=range(8),
)
def test_marks_are_left_out(body: str, text: str) -> None:
    assert excerpt(body) == text


def test_a_summary_is_the_excerpt() -> None:
    assert excerpt("a", "*b*") == "*b*"


def test_long_texts_end_after_a_word() -> None:
    assert excerpt("word " * 40) == f"{'word ' * 39}word"
    assert excerpt("word, " * 40) == f"{'word, ' * 32}word…"
    assert excerpt("x" * 201) == f"{'x' * 199}…"
    assert excerpt("![a](b) " * 300) == "…"


def test_it_takes_little_time_whatever_the_text_is() -> None:
    for part in (
        "[",
        "](",
        "![",
        "<",
        "<!--",
        "`",
        "_",
        "_a",
        "*",
        "> ",
        "- ",
        "\\",
        "&",
        " ",
        "]:",
    ):
        began = process_time()
        excerpt(part * READ)
        assert process_time() - began < 0.02, part


def test_minutes() -> None:
    minutes = [reading_minutes_of(length) for length in (1, 1_100, 1_700, 110_000)]
    assert minutes == [1, 1, 2, 100]
