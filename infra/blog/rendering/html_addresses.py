"""Where the addresses of links and pictures stand in HTML."""

import re
from collections.abc import Iterator
from html import unescape

from application.rendering import PlacedAddress

_VALUE = rb"""(?:"[^"]*+"|'[^']*+'|[^\s"'<>=`]++)"""
_ATTRIBUTES = rb"""(?:\s++[^\s"'<>=/]++(?:\s*+=\s*+""" + _VALUE + rb""")?+)*+"""
_TAG = re.compile(
    rb"<!--(?:[^-]++|-(?!->))*+(?:-->|\Z)"  # a comment has no tags
    rb"|<(?P<name>img|a)(?P<attributes>" + _ATTRIBUTES + rb")\s*+/?>",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(rb"""\s([^\s"'<>=/]++)\s*+=\s*+(""" + _VALUE + rb")")
_ADDRESSED = {"img": "src", "a": "href"}


def addresses_in_html(source: bytes, start: int, end: int) -> Iterator[PlacedAddress]:
    """Return the addresses between two bytes of a text."""
    for tag in _TAG.finditer(source, start, end):
        if tag["name"]:
            yield from _address_of(source, tag)


def _address_of(source: bytes, tag: re.Match[bytes]) -> Iterator[PlacedAddress]:
    values: dict[str, tuple[int, int]] = {}
    for found in _ATTRIBUTE.finditer(source, *tag.span("attributes")):
        is_quoted = found[2][:1] in (b'"', b"'")
        begin, end = found.span(2)
        # the first of several attributes of one name counts
        values.setdefault(found[1].decode().lower(), (begin + is_quoted, end - is_quoted))
    name = tag["name"].decode().lower()
    if span := values.get(_ADDRESSED[name]):
        alt = _text(source, values.get("alt", (0, 0))) if name == "img" else None
        yield PlacedAddress(*span, _text(source, span).strip(), alt)


def _text(source: bytes, span: tuple[int, int]) -> str:
    return unescape(source[slice(*span)].decode())
