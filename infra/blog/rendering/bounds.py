"""What the sanitiser can parse in bounded time.

It takes quadratic time for nested elements, for attributes of one element and for character
references in one text: 90 s for 100,000 of `<div>`. And it opens formatting elements that were not
closed again in each block. So a scan, in linear time, finds upper bounds of these before. It reads
only tags and comments about which all parsers agree, and takes others as the start of an element
that is never closed.
"""

import re

_TAGS = 100_000  # a long post has 5,000
_DEPTH = 200
_REOPENED = 500_000  # formatting elements, each counted at each tag within it
_REFERENCES = 100_000
_TAG_LENGTH = 100_000
_UNREAD_LENGTH = 100_000

_ATTRIBUTE = r"""\s++[^\s"'<>=/]++(?:\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=`]++))?+"""
_MARKUP = re.compile(
    rf"""<(?:
        !--(?!-?>)(?:[^-]++|-(?!-!?>))*+-->                                 # a comment
        | (?P<raw>iframe|script|style|textarea|title) (?:{_ATTRIBUTE})*+ \s*+ > [^<]*+ </(?P=raw)>
        | (?P<start>[a-zA-Z][a-zA-Z0-9-]*+) (?:{_ATTRIBUTE})*+ \s*+ (?P<empty>/)?+ >
        | /(?P<end>[a-zA-Z][a-zA-Z0-9-]*+) \s*+ >
        | (?P<unread>[a-zA-Z/!?])
    )""",
    re.VERBOSE,
)
_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
)
_FORMATTING = frozenset(
    "a b big code em font i nobr s small strike strong tt u".split()  # noqa: SIM905
)
# what is in them is read by rules of their own
_OTHER_RULES = frozenset(
    "iframe math noembed noframes noscript plaintext script style svg textarea title xmp".split()  # noqa: SIM905
)


def is_bounded(html: str) -> bool:
    """Return whether it can be sanitised in bounded time and memory."""
    tags = html.count("<")
    if tags > _TAGS or html.count("&") > _REFERENCES:
        return False
    if tags <= _DEPTH and len(html) <= _TAG_LENGTH:
        return True
    return _Scan(html).is_bounded()


class _Scan:
    """The elements that are open at a place."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._open: list[str] = []
        self._formatting = 0  # how many of them are formatting elements
        self._reopened = 0
        self._closes = True

    def is_bounded(self) -> bool:
        for tag in _MARKUP.finditer(self._html):
            if tag.end() - tag.start() > _TAG_LENGTH and tag["start"]:
                return False
            if tag["unread"] and not self._stop_closing(tag.start()):
                return False
            self._read(tag["start"] or tag["unread"], tag["end"])
            if len(self._open) > _DEPTH or self._reopened > _REOPENED:
                return False
        return True

    def _stop_closing(self, place: int) -> bool:
        """Take no element as closed from here on, where the rest is short enough for that."""
        self._closes = False
        return len(self._html) - place <= _UNREAD_LENGTH

    def _read(self, start: str | None, end: str | None) -> None:
        self._reopened += self._formatting
        if start and start.lower() not in _VOID:
            self._enter(start.lower())
        elif end and self._closes and self._open and self._open[-1] == end.lower():
            self._formatting -= self._open.pop() in _FORMATTING

    def _enter(self, name: str) -> None:
        self._open.append(name)
        self._formatting += name in _FORMATTING
        self._closes = self._closes and name not in _OTHER_RULES
