"""Where the addresses of links and pictures stand in the source of a text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from application.rendering import PlacedAddress
from infra.blog.rendering.html_addresses import addresses_in_html
from infra.blog.rendering.markdown import definitions_of_post, events_of_post

_BARE = rb"(?:[^\s\\()<]++|\\.|\((?:[^\s\\()]++|\\.|\([^\s()]*+\))*+\))*+"
_DESTINATION = rb"\s*+(?:<(?P<quoted>(?:[^<>\n\\]++|\\.)*+)>|(?P<bare>" + _BARE + rb"))"
_INLINE = re.compile(rb"[^\]]*+\]\(" + _DESTINATION, re.DOTALL)
_DEFINITION = re.compile(rb"\[(?:[^\[\]\\]++|\\.)++\]:" + _DESTINATION, re.DOTALL)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_REFERENCES = ("Reference", "Collapsed", "Shortcut")


@dataclass(slots=True)
class _Open:
    """A link or picture whose end is still to come."""

    about: dict[str, Any]
    is_picture: bool
    end_of_text: int
    words: list[str] = field(default_factory=list)

    @property
    def alt(self) -> str | None:
        return "".join(self.words) if self.is_picture else None


def placed_in(body: str) -> list[PlacedAddress]:
    """Return the addresses of links and pictures, in the order of the source."""
    return sorted(_Reading(body).placed(), key=lambda place: place.start)


class _Reading:
    """One pass over the events of a text."""

    def __init__(self, body: str) -> None:
        self._body = body
        self._source = body.encode()
        self._open: list[_Open] = []
        self._named: dict[str, _Open] = {}  # the first uses of definitions

    def placed(self) -> Iterator[PlacedAddress]:
        for event, span in events_of_post(self._body):
            yield from self._read(event, span["start"], span["end"])
        yield from self._defined()

    def _read(self, event: Any, start: int, end: int) -> Iterable[PlacedAddress]:
        if not isinstance(event, dict):
            self._add_word(" ", end)
            return ()
        [(kind, about)] = event.items()
        if kind == "Start":
            return self._start(about, start, end)
        if kind == "End":
            return self._end(about, end)
        if kind in ("Text", "Code"):
            self._add_word(about, end)
        elif kind == "InlineHtml":
            self._add_word("", end)
            return addresses_in_html(self._source, start, end)
        return ()

    def _start(self, about: Any, start: int, end: int) -> Iterable[PlacedAddress]:
        if about == "HtmlBlock":
            return addresses_in_html(self._source, start, end)
        if isinstance(about, dict) and (kind := next(iter(about))) in ("Image", "Link"):
            is_picture = kind == "Image"
            self._open.append(_Open(about[kind], is_picture, start + 1 + is_picture))
        return ()

    def _end(self, kind: Any, end: int) -> Iterable[PlacedAddress]:
        if kind not in ("Image", "Link"):
            self._add_word("", end)
            return ()
        closed = self._open.pop()
        self._add_word(closed.alt or "", end)
        if closed.about["link_type"] in _REFERENCES:
            self._note_use(closed)
        elif closed.about["link_type"] == "Inline":
            found = _INLINE.match(self._source, closed.end_of_text, end)
            return _placed(found, closed)
        return ()

    def _add_word(self, word: str, end: int) -> None:
        if self._open:
            self._open[-1].words.append(word)
            self._open[-1].end_of_text = end

    def _note_use(self, use: _Open) -> None:
        name = _folded(use.about["id"])
        known = self._named.get(name)
        if known is None or (use.is_picture and not known.is_picture):
            self._named[name] = use

    def _defined(self) -> Iterator[PlacedAddress]:
        for name, about in definitions_of_post(self._body).items():
            if use := self._named.get(_folded(name)):
                found = _DEFINITION.match(self._source, about["span"]["start"])
                yield from _placed(found, use)


def _placed(found: re.Match[bytes] | None, use: _Open) -> list[PlacedAddress]:
    """Return the place of a destination where the parser has read the same one."""
    if found is None:
        return []
    part = "bare" if found["quoted"] is None else "quoted"
    said = unescape(_ESCAPED.sub(r"\1", found[part].decode()))
    if not said or said != use.about["dest_url"]:
        return []
    return [PlacedAddress(*found.span(part), said, use.alt)]


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
