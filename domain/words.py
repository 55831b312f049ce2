"""Words: what posts are found by, the same whichever database looks for them."""

import re
import unicodedata
from hashlib import blake2b

from domain.text import folded

SHORTEST = 3
_LONGEST = 84  # InnoDB indexes no longer ones
# those that InnoDB leaves out of its index unless told otherwise
_COMMON = (
    "a about an are as at be by com de en for from how i in is it la of on or that the this to"
    " was what when where who will with und the www"
)
STOP_WORDS = frozenset(_COMMON.split())
# vowel signs and accents belong to the word, but are no letters to \w
_MARKS = "".join(
    mark for mark in map(chr, range(0x300, 0x20F1)) if unicodedata.category(mark).startswith("M")
)
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{re.escape(_MARKS)}])*")


def searched_words(*texts: str) -> list[str]:
    """Cut texts into words, each once: short ones and stop words do not count.

    They are of ASCII letters and digits alone, on whose limits all full-text indexes agree.
    """
    found: dict[str, None] = {}
    for text in texts:
        words = _WORD.findall(folded(text))
        found.update((_indexed(word), None) for word in words if _counts(word))
    return list(found)


def _counts(word: str) -> bool:
    return len(word) >= SHORTEST and word not in STOP_WORDS


def _indexed(word: str) -> str:
    if word.isascii() and len(word) <= _LONGEST:
        return word
    return f"u{blake2b(word.encode(), digest_size=16).hexdigest()}"
