"""Slugs: what may be asked for, and what comes of a title."""

import unicodedata
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.ids import new_id, read_id
from domain.slug import SLUG_LIMIT, checked_slug, stem_of

AN_ID = "018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e"


def fault(slug: str) -> str:
    with pytest.raises(Invalid) as raised:
        checked_slug(slug)
    assert raised.value.field == "slug"
    return raised.value.code


@pytest.mark.parametrize(
    "slug", ["a", "Rust-1.62.1", "...", "a.b", "\N{ROCKET}", "-", "a:b@c", "Ü", "x" * 200, "018f"]
)
def test_one_part_of_an_address_may_be_asked_for(slug: str) -> None:
    assert checked_slug(slug) == slug


@pytest.mark.parametrize(
    ("slug", "code"),
    [
        ("", "blank"),
        (" ", "blank"),
        ("x" * 201, "too_long"),
        ("a\0b", "bad_characters"),
        ("a\nb", "bad_characters"),
        ("\ud800", "bad_characters"),
        ("a/b", "bad_characters"),
        ("a b", "bad_characters"),
        ("a\N{NO-BREAK SPACE}b", "bad_characters"),
        ("a\N{LINE SEPARATOR}b", "bad_characters"),
        ("a?b", "bad_characters"),
        ("a#b", "bad_characters"),
        ("a%20b", "bad_characters"),
        ("a\\b", "bad_characters"),
        (".", "bad_characters"),
        ("..", "bad_characters"),
        (AN_ID, "reads_as_id"),
        (AN_ID.upper(), "reads_as_id"),
        (AN_ID.replace("-", ""), "reads_as_id"),
        ("{" + AN_ID + "}", "reads_as_id"),
        (f"urn:uuid:{AN_ID}", "reads_as_id"),
    ],
)
def test_what_is_no_slug_is_refused(slug: str, code: str) -> None:
    assert fault(slug) == code


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Hello, World!", "hello-world"),
        ("  --a -- b--  ", "a-b"),
        ("Rust 1.62.1", "rust-1-62-1"),
        ("C++ & C#", "c-c"),
        ("Don't / don\N{RIGHT SINGLE QUOTATION MARK}t", "dont-dont"),
        ("snake_case", "snake-case"),
        ("a\tb\nc", "a-b-c"),
        ("Привет, мир", "привет-мир"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER A}\N{SUPERSCRIPT TWO}", "a2"),
        ("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}", "i\N{COMBINING DOT ABOVE}"),
        ("नमस्ते दुनिया", "नमस्ते-दुनिया"),
        ("e\N{COMBINING ACUTE ACCENT}", "\N{LATIN SMALL LETTER E WITH ACUTE}"),
        ("..", "post"),
        ("\N{ROCKET}", "post"),
        ("", "post"),
        ("\ud800", "post"),
        (AN_ID, f"post-{AN_ID}"),
        ("Feed", "post-feed"),
        (AN_ID.upper().replace("-", " "), f"post-{AN_ID}"),
        (AN_ID.replace("-", ""), f"post-{AN_ID.replace('-', '')}"),
    ],
)
def test_a_stem_is_the_words_of_a_title(title: str, stem: str) -> None:
    assert stem_of(title) == stem


def test_a_stem_leaves_room_for_a_number() -> None:
    assert stem_of("x" * 200) == "x" * 180
    assert stem_of("x" * 179 + " yz") == "x" * 179


HEXADECIMAL = st.text("0123456789abcdefABCDEF- {}\N{FULLWIDTH DIGIT ONE}_", min_size=20)


@settings(deadline=None)
@given(st.text() | HEXADECIMAL | st.uuids().map(str) | st.uuids().map(lambda one: one.hex))
@example(AN_ID)
@example("\N{FULLWIDTH DIGIT ONE}" * 32)
@example("\N{ARABIC-INDIC DIGIT ONE}" * 32)
def test_a_stem_is_always_a_slug_and_never_reads_as_an_id(title: str) -> None:
    stem = stem_of(title)
    assert checked_slug(stem) == stem
    assert read_id(stem) is None
    assert len(f"{stem}-9999999999") <= SLUG_LIMIT


@settings(deadline=None)
@given(st.text())
def test_a_stem_comes_out_of_itself(title: str) -> None:
    stem = stem_of(title)
    assert stem_of(unicodedata.normalize("NFKD", stem)) == stem_of(stem)
    assert not stem.startswith("-")
    assert not stem.endswith("-")
    assert "--" not in stem


def test_ids_of_posts_never_pass_as_slugs() -> None:
    for made in (new_id(), UUID(int=0)):
        assert fault(str(made)) == "reads_as_id"
