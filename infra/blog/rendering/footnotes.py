"""Footnotes in sanitised HTML: their marks and their texts lead to each other."""

import re

from infra.blog.rendering.sanitising import ID_PREFIX

_MARK = re.compile(r'<sup class="footnote-reference"><a href="[^"]*">(\d+)</a></sup>')
_TEXT = re.compile(
    r'<div (?:class="footnote-definition" id="[^"]*"|id="[^"]*" class="footnote-definition")>'
    r'<sup class="footnote-definition-label">(\d+)</sup>'
)
_NOTE, _MARKED = f"{ID_PREFIX}note-", f"{ID_PREFIX}mark-"


def with_footnotes(html: str) -> str:
    """Return HTML in which each footnote leads back to its first mark."""
    marked: set[str] = set()

    def mark(found: re.Match[str]) -> str:
        number = found[1]
        place = "" if number in marked else f' id="{_MARKED}{number}"'
        marked.add(number)
        link = f'<a href="#{_NOTE}{number}" role="doc-noteref">{number}</a>'
        return f'<sup class="footnote-reference"{place}>{link}</sup>'

    def text(found: re.Match[str]) -> str:
        number = found[1]
        link = f'<a href="#{_MARKED}{number}" role="doc-backlink">{number}</a>'
        label = link if number in marked else number
        return (
            f'<div class="footnote-definition" id="{_NOTE}{number}">'
            f'<sup class="footnote-definition-label">{label}</sup>'
        )

    return _TEXT.sub(text, _MARK.sub(mark, html))
