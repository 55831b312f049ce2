"""Words: what counts as one, and that cutting takes no longer than reading."""

from time import perf_counter

import pytest

from domain.words import WORDS_LIMIT, searched_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Borrow checker", ["borrow", "checker"]),
        ("C++ a b) 1.62.1", []),
        ("the of and und", ["and"]),
        ("don't foo_bar", ["don", "foo", "bar"]),
        ("twice Twice TWICE", ["twice"]),
        ("\ufb01nally Stra\u00dfe", ["finally", "strasse"]),
        ("x" * 84, ["x" * 84]),
    ],
)
def test_words_of_ascii_are_kept_as_they_read(text: str, words: list[str]) -> None:
    assert searched_words(text) == words


@pytest.mark.parametrize("text", ["r\u00e9sum\u00e9", "\u65e5\u672c\u8a9e", "x" * 85])
def test_other_words_become_names_of_ascii(text: str) -> None:
    [word] = searched_words(text)
    assert word.isascii()
    assert word.isalnum()
    assert len(word) == 33


def test_accents_are_the_same_however_they_are_written() -> None:
    assert searched_words("r\u00e9sum\u00e9") == searched_words("re\u0301sume\u0301")
    assert searched_words("r\u00e9sum\u00e9") != searched_words("resume")


def test_the_first_words_of_a_text_without_end_count() -> None:
    words = searched_words(" ".join(f"w{number}x" for number in range(WORDS_LIMIT + 5)))
    assert (len(words), words[-1]) == (WORDS_LIMIT, f"w{WORDS_LIMIT - 1}x")


@pytest.mark.parametrize("text", ["a" + "\u0315\u0300" * 250_000, "\ufdfa" * 349_525])
def test_no_text_of_1_mib_takes_long(text: str) -> None:
    began = perf_counter()
    searched_words(text)
    assert perf_counter() - began < 5
