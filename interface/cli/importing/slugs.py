"""Slugs of each generator."""

import re
import unicodedata

_NOT_IN_A_TITLE = re.compile(r"[^\w.~!$&'()+,;=@]+")
_NO_WORD = re.compile(r"[\W_]+")
_OF_HUGO = frozenset("./\\_#+~-@")


def jekylls_title(text: str) -> str:
    """Return the value of `:title`, which keeps case and many other characters than letters."""
    return _NOT_IN_A_TITLE.sub("-", text).strip("-")


def jekylls_slug(text: str) -> str:
    return _NO_WORD.sub("-", text).strip("-").lower()


def zolas_slug(text: str) -> str:
    """Remove accents from letters; letters of other scripts stay, which Zola transliterates."""
    letters = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")
    return jekylls_slug(plain)


def hugos_slug(text: str) -> str:
    kept = "".join(character for character in text if _stays_in_hugo(character))
    return "-".join(kept.split()).lower()


def _stays_in_hugo(character: str) -> bool:
    is_word = unicodedata.category(character)[0] in "LMN"
    return is_word or character in _OF_HUGO or character.isspace()
