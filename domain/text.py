"""Rules for text that people type, shared by all aggregates."""

import unicodedata

from domain.errors import Invalid

FOLDED_LIMIT = 255
_BEGIN = 10_000  # characters, of which one must be visible
_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})  # also separators of lines and paragraphs
# Unicode's Default_Ignorable besides Cf, and the Braille blank
_BLANKS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
) | frozenset(chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
# Unicode's explicit directional formatting, which can make a name look like another one
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINE_CONTROLS = frozenset("\t\n\r\u2028\u2029")


def folded(text: str) -> str:
    """Return the form in which names are compared without case: NFKC, casefolded.

    Text longer than any name is cut and not folded: NFKC takes a time proportional to the square of
    a run of marks.
    """
    if len(text) > FOLDED_LIMIT:
        return text[: FOLDED_LIMIT + 1]
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def is_unseen(character: str) -> bool:
    """Return whether a character is invisible, such as a zero width space."""
    return unicodedata.category(character) == "Cf" or character in _BLANKS


def checked_line(field: str, text: str, limit: int) -> str:
    """Check one line of text: not blank, no control characters, at most `limit` characters."""
    _within(field, text, limit)
    _refuse_blank(field, text)
    _refuse_characters(field, text, allowed=frozenset())
    _refuse_overrides(field, text)
    return text


def checked_name(field: str, text: str, limit: int) -> str:
    """Check a line that is compared without case: folding may make it longer."""
    checked_line(field, text, limit)
    _within(field, folded(text), FOLDED_LIMIT)
    return text


def checked_note(field: str, text: str, limit: int) -> str:
    """Check text that may be empty and may have several lines."""
    _within(field, text, limit)
    _refuse_characters(field, text, allowed=_LINE_CONTROLS)
    return text


def checked_document(field: str, text: str, limit_bytes: int) -> str:
    """Check a long text: not blank, no NUL, at most `limit_bytes` bytes of UTF-8."""
    _refuse_blank(field, text)
    if "\0" in text:
        raise Invalid(field, "It has a NUL character: remove it.", "bad_characters")
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise Invalid(field, "It has a lone surrogate.", "bad_characters") from error
    if size > limit_bytes:
        raise Invalid(field, f"It may have at most {limit_bytes} bytes of UTF-8.", "too_long")
    return text


def _refuse_blank(field: str, text: str) -> None:
    # cut first: the following takes a step for each character
    begin = text.lstrip()[:_BEGIN]
    if all(character.isspace() or is_unseen(character) for character in begin):
        raise Invalid(field, "It can't be blank.", "blank")


def _refuse_characters(field: str, text: str, allowed: frozenset[str]) -> None:
    for character in text:
        if unicodedata.category(character) in _CONTROLS and character not in allowed:
            message = f"It has the control character U+{ord(character):04X}: remove it."
            raise Invalid(field, message, "bad_characters")


def _refuse_overrides(field: str, text: str) -> None:
    for character in _OVERRIDES.intersection(text):
        message = f"It has U+{ord(character):04X}, which turns text around: remove it."
        raise Invalid(field, message, "bad_characters")


def _within(field: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise Invalid(field, f"It may have at most {limit} characters.", "too_long")
