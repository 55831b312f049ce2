"""Markdown to HTML that is not sanitised yet: CommonMark with common extensions."""

import re
from collections.abc import Iterator
from typing import Any

import pyromark
from pyromark import Options

_EVERYWHERE = Options.ENABLE_TABLES | Options.ENABLE_STRIKETHROUGH | Options.ENABLE_TASKLISTS
_IN_POSTS = _EVERYWHERE | Options.ENABLE_FOOTNOTES | Options.ENABLE_HEADING_ATTRIBUTES

_NOSCRIPT = re.compile(r"</?noscript\s*>", re.IGNORECASE)

_post = pyromark.Markdown(options=_IN_POSTS)
_comment = pyromark.Markdown(options=_EVERYWHERE)


def html_of_post(body: str) -> str:
    """Return HTML with footnotes and with the ids that headings were given."""
    return _without_scripts(_post.html(body))


def html_of_comment(body: str) -> str:
    """Return HTML without either: many comments are on one page."""
    return _without_scripts(_comment.html(body))


def events_of_post(body: str) -> Iterator[tuple[Any, Any]]:
    """Return what the parser finds, each with where it stands in the UTF-8 of the text."""
    return _post.events_with_range(body)


def definitions_of_post(body: str) -> dict[str, Any]:
    """Return the definitions of references by their names, each with where it stands."""
    return _post.reference_definitions(body)


def _without_scripts(html: str) -> str:
    # scripts are dropped, so what stands in for them is shown
    return _NOSCRIPT.sub("", html)
