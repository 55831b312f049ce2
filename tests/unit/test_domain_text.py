"""Text that people type: how names are compared, and what is refused."""

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.post import checked_tags
from domain.text import (
    FOLDED_LIMIT,
    checked_document,
    checked_line,
    checked_name,
    checked_note,
    folded,
)
from domain.user import checked_username

Check = Callable[[str, str, int], str]
ALL: list[Check] = [checked_line, checked_name, checked_note, checked_document]
FORMS: tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...] = ("NFC", "NFD", "NFKC", "NFKD")
LINES: list[Check] = [checked_line, checked_name]
NO_TEXT = ("\0", "\ud800", "\udbff", "\udc00", "\udfff")
MANY = "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}"  # folds into 18 characters


def fault(check: Check, text: str, limit: int = 100) -> str:
    """The code of the fault that a check finds."""
    with pytest.raises(Invalid) as raised:
        check("field", text, limit)
    assert raised.value.field == "field"
    return raised.value.code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann", "ann"),
        ("STRASSE", "strasse"),
        ("Stra\N{LATIN SMALL LETTER SHARP S}e", "strasse"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER A}", "a"),
        ("\N{LATIN SMALL LIGATURE FI}", "fi"),
        ("\N{ROMAN NUMERAL FOUR}", "iv"),
        ("\N{SUPERSCRIPT TWO}", "2"),
        ("\N{GREEK SMALL LETTER FINAL SIGMA}", "\N{GREEK SMALL LETTER SIGMA}"),
        ("e\N{COMBINING ACUTE ACCENT}", "\N{LATIN SMALL LETTER E WITH ACUTE}"),
        ("\N{ANGSTROM SIGN}", "\N{LATIN SMALL LETTER A WITH RING ABOVE}"),
        ("\N{DESERET CAPITAL LETTER LONG I}", "\N{DESERET SMALL LETTER LONG I}"),
        ("\N{PILE OF POO}", "\N{PILE OF POO}"),
        ("", ""),
    ],
)
def test_names_are_folded(text: str, expected: str) -> None:
    assert folded(text) == expected


@settings(deadline=None)
@given(st.text())
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@settings(deadline=None)
@given(st.text())
def test_all_forms_of_a_text_are_folded_alike(text: str) -> None:
    for form in FORMS:
        assert folded(unicodedata.normalize(form, text)) == folded(text)


# marks apart: a Greek iota below, casefolded, no longer changes places with the marks beside it
@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["M", "Cs"])))
def test_case_does_not_count(text: str) -> None:
    assert folded(text.casefold()) == folded(text)


@pytest.mark.parametrize("check", ALL)
@pytest.mark.parametrize("text", ["a", " a ", "\N{PILE OF POO}", "'\"\\<>&%", "\u200d", "\uffff"])
def test_text_is_given_back_as_it_is(check: Check, text: str) -> None:
    assert check("field", text + "x", 100) == text + "x"


@pytest.mark.parametrize("check", [checked_line, checked_name, checked_document])
@pytest.mark.parametrize("text", ["", " ", " \t\n", "\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}"])
def test_blank_text_is_refused(check: Check, text: str) -> None:
    assert fault(check, text) == "blank"


def test_a_note_may_be_empty() -> None:
    assert checked_note("field", "", 1) == ""


@pytest.mark.parametrize("check", ALL)
@pytest.mark.parametrize("character", NO_TEXT)
def test_no_text_has_a_nul_or_a_lone_surrogate(check: Check, character: str) -> None:
    for text in (character, f"a{character}b", f"{character}a"):
        assert fault(check, text) == "bad_characters"


@pytest.mark.parametrize("check", [*LINES, checked_note])
@pytest.mark.parametrize("character", ["\x01", "\x07", "\x08", "\x0b", "\x1b", "\x7f", "\x85"])
def test_short_text_has_no_control_characters(check: Check, character: str) -> None:
    assert fault(check, f"a{character}b") == "bad_characters"


@pytest.mark.parametrize("character", ["\u2028", "\u2029"])
def test_what_begins_a_line_or_a_paragraph_is_for_notes_alone(character: str) -> None:
    for check in LINES:
        assert fault(check, f"a{character}b") == "bad_characters"
    assert checked_note("field", f"a{character}b", 3)


def test_a_control_character_is_named() -> None:
    with pytest.raises(Invalid, match=r"U\+0007"):
        checked_line("field", "a\x07b", 100)


@pytest.mark.parametrize("character", ["\n", "\r", "\t"])
def test_notes_and_documents_have_lines(character: str) -> None:
    text = f"a{character}b"
    assert checked_note("field", text, 3) == checked_document("field", text, 3) == text
    assert [fault(check, text) for check in LINES] == ["bad_characters"] * 2


@pytest.mark.parametrize("check", [*LINES, checked_note])
@pytest.mark.parametrize("character", ["a", "\N{PILE OF POO}", "\N{EURO SIGN}"])
def test_short_text_is_measured_in_characters(check: Check, character: str) -> None:
    assert check("field", character * 100, 100)
    assert fault(check, character * 101) == "too_long"


@pytest.mark.parametrize("character", ["a", "\N{EURO SIGN}", "\N{PILE OF POO}"])
def test_a_document_is_measured_in_bytes(character: str) -> None:
    size = len(character.encode())
    assert checked_document("field", character * 10, 10 * size)
    assert fault(checked_document, character * 10, 10 * size - 1) == "too_long"


def test_a_name_may_not_fold_into_more_than_is_stored() -> None:
    assert len(folded(MANY)) == 18
    assert checked_name("field", MANY * 14, 50) == MANY * 14
    assert fault(checked_name, MANY * 15, 50) == "too_long"
    assert checked_line("field", MANY * 15, 50)


MARKS = "a" + "\u0301\u0316" * 500_000


@pytest.mark.parametrize("check", [folded, lambda text: checked_tags((text,)), checked_username])
def test_marks_without_end_cost_nothing(check: Callable[[str], object]) -> None:
    """Normalising them takes a time that goes by their square."""
    began = perf_counter()
    with suppress(Invalid):
        check(MARKS)
    assert perf_counter() - began < 0.1


def test_what_is_longer_than_any_name_folds_to_none() -> None:
    """Even where it would be as short as a name, once its marks were composed."""
    long = "a\u0301" * 200
    assert len(folded(long)) > FOLDED_LIMIT


@pytest.mark.parametrize("check", LINES)
@pytest.mark.parametrize("override", "\u202a\u202e\u2066\u2069")
def test_a_line_turns_no_text_around(check: Check, override: str) -> None:
    assert fault(check, f"ann{override}") == "bad_characters"
    # those that show a language's direction are letters' companions
    assert check("field", "ann\N{RIGHT-TO-LEFT MARK}", 100)
