"""Words: what posts are found by, the same whichever database looks for them."""

import re
import unicodedata
from hashlib import blake2b

from domain.text import folded

SHORTEST = 3
WORDS_LIMIT = 20_000  # a long novel has as many; larger ones MySQL finds too late
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
# Bounded, and folded word by word: NFKC takes a time that goes by the square of a run of marks.
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{re.escape(_MARKS)}]){{0,199}}")


def searched_words(*texts: str) -> list[str]:
    """Cut texts into words, each once: short ones and stop words do not count.

    They are of ASCII letters and digits alone, on whose limits all full-text indexes agree. Of a
    text with more than WORDS_LIMIT words the first ones count.
    """
    found: dict[str, None] = {}
    for written in dict.fromkeys(word for text in texts for word in _WORD.findall(text)):
        if len(found) >= WORDS_LIMIT:
            break
        # what reads as one letter may stand for several words
        words = _WORD.findall(folded(written))
        found.update((_indexed(word), None) for word in words if _counts(word))
    return list(found)


def _counts(word: str) -> bool:
    return len(word) >= SHORTEST and word not in STOP_WORDS


def _indexed(word: str) -> str:
    if word.isascii() and len(word) <= _LONGEST:
        return word
    return f"u{blake2b(word.encode(), digest_size=16).hexdigest()}"
