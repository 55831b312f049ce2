"""Words for the search of posts, the same for all databases."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from hashlib import blake2b

from domain.text import folded

SHORTEST = 3
WORDS_LIMIT = 20_000  # as many as a long novel; MySQL takes too long to find larger texts
_LONGEST = 84  # InnoDB does not index longer ones
# InnoDB's default stop words
_COMMON = (
    "a about an are as at be by com de en for from how i in is it la of on or that the this to"
    " was what when where who will with und the www"
)
STOP_WORDS = frozenset(_COMMON.split())
# vowel signs and accents are parts of words, but \w does not match them
_MARKS = "".join(
    mark for mark in map(chr, range(0x300, 0x20F1)) if unicodedata.category(mark).startswith("M")
)
# Bounded, and folded word by word: NFKC takes a time proportional to the square of a run of marks.
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{re.escape(_MARKS)}]){{0,199}}")


def searched_words(*texts: str) -> list[str]:
    """Split texts into distinct words, without short ones and stop words.

    They consist of ASCII letters and digits, whose word boundaries are the same in all full-text
    indexes. Of a longer text, the first WORDS_LIMIT words count.
    """
    found: dict[str, None] = {}
    for written in _distinct_words(texts):
        if len(found) >= WORDS_LIMIT:
            break
        # one letter may fold into several words
        words = _WORD.findall(folded(written))
        found.update((_indexed(word), None) for word in words if _counts(word))
    return list(found)


def _distinct_words(texts: Iterable[str]) -> Iterator[str]:
    # one by one: a single regex call over a whole text would hold the GIL for its duration
    given: set[str] = set()
    for text in texts:
        for match in _WORD.finditer(text):
            if (word := match[0]) not in given:
                given.add(word)
                yield word


def _counts(word: str) -> bool:
    return len(word) >= SHORTEST and word not in STOP_WORDS


def _indexed(word: str) -> str:
    if word.isascii() and len(word) <= _LONGEST:
        return word
    return f"u{blake2b(word.encode(), digest_size=16).hexdigest()}"
