"""A text as HTML: Markdown, sanitised, with anchors and coloured code."""

import re
from html import escape, unescape

from infra.blog.rendering.bounds import is_bounded
from infra.blog.rendering.colouring import coloured
from infra.blog.rendering.finishing import finished
from infra.blog.rendering.footnotes import with_footnotes
from infra.blog.rendering.headings import below, with_anchors
from infra.blog.rendering.markdown import html_of_comment, html_of_post
from infra.blog.rendering.sanitising import clean_comment, clean_post

_ADDRESS = re.compile(r'\b(?:href|src)="([^"]*)"')


def rendered_post(body: str, path: str | None = None) -> str:
    """Return a post's HTML: plain text where it is nested too deeply."""
    html = html_of_post(body)
    if not is_bounded(html):
        return _plain(body)
    html = with_footnotes(coloured(below(clean_post(html), 2)))
    return with_anchors(finished(html, path))


def rendered_comment(body: str) -> str:
    """Return a comment's HTML."""
    html = html_of_comment(body)
    if not is_bounded(html):
        return _plain(body)
    return finished(coloured(below(clean_comment(html), 3)))


def addresses_in(body: str, path: str | None = None) -> list[str]:
    """Return where the links and pictures of a post lead."""
    html = html_of_post(body)
    if not is_bounded(html):
        return []
    return list(map(unescape, _ADDRESS.findall(finished(clean_post(html), path))))


def _plain(body: str) -> str:
    return f'<pre tabindex="0">{escape(body, quote=False)}</pre>'
