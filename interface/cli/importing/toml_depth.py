"""The nesting of TOML, checked before it is parsed.

`tomllib` takes time and memory proportional to the square of a dotted key's parts.
"""

import re

from interface.cli.importing.depth import DEPTH_LIMIT, too_deep

# A string without an end extends to the end of the text, as for the parser.
# So each character is matched once, whatever the text.
_MULTI_LINE = r"""\"{3}(?s:\\.|[^\\])*?(?:"{3,5}|\Z)|'{3}(?s:.)*?(?:'{3,5}|\Z)"""
_ONE_LINE = r""""(?:\\[^\n]|[^"\\\n])*+"?|'[^'\n]*+'?"""
_TEXT = re.compile(rf"(?P<multi>{_MULTI_LINE})|(?P<one>{_ONE_LINE})|#[^\n]*+")
_LONG_KEY = re.compile(rf"(?<![\w-])[\w-]++(?:[ \t]*+\.[ \t]*+[\w-]++){{{DEPTH_LIMIT}}}")
_BRACKET = re.compile(r"[\[{\]}]")


def check_depth(text: str) -> None:
    """Raise BadFile for nested brackets or a dotted key beyond the limit."""
    bare = _TEXT.sub(_placeholder, text)
    places = [place for place in (_long_key(bare), _deep_bracket(bare)) if place is not None]
    if places:
        # from the file's second line on
        raise too_deep(bare.count("\n", 0, min(places)) + 2)


def _placeholder(found: re.Match[str]) -> str:
    """Replace a string, which may be a part of a key, by a word and its line ends."""
    word = "s" if found["multi"] or found["one"] else ""
    return word + "\n" * found[0].count("\n")


def _long_key(bare: str) -> int | None:
    found = _LONG_KEY.search(bare)
    return found.start() if found else None


def _deep_bracket(bare: str) -> int | None:
    depth = 0
    for bracket in _BRACKET.finditer(bare):
        depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
        if depth > DEPTH_LIMIT:
            return bracket.start()
    return None
