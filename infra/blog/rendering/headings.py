"""Headings in sanitised HTML: their levels, below those of the page, and their anchors."""

import re
from collections import defaultdict

from domain.slug import stem_of
from infra.blog.rendering.finishing import text_of
from infra.blog.rendering.sanitising import ID_PREFIX

_LEVEL = re.compile(r"(</?h)([1-6])(?=[ >])")
_HEADING = re.compile(r"<h([1-6])((?: [^>]*)?)>(.*?)</h\1>", re.DOTALL)
_ID = re.compile(r'<[^>]* id="([^"]*)"')
_LENGTH = 80
_ANCHORS = 1_000  # each takes longer than the rest of a heading


def below(html: str, top: int) -> str:
    """Return HTML whose highest heading has the level `top`; the others keep their distance."""
    levels = [int(found[2]) for found in _LEVEL.finditer(html)]
    if not levels or min(levels) == top:
        return html
    lower = top - min(levels)
    return _LEVEL.sub(lambda found: f"{found[1]}{min(int(found[2]) + lower, 6)}", html)


def with_anchors(html: str) -> str:
    """Return HTML whose headings have ids, made from their texts, and link to themselves."""
    taken, next_number = {found[1] for found in _ID.finditer(html)}, defaultdict[str, int](int)

    def free(stem: str) -> str:
        anchor = stem
        while anchor in taken:
            next_number[stem] += 1
            anchor = f"{stem}-{next_number[stem]}"
        taken.add(anchor)
        return anchor

    def heading(found: re.Match[str]) -> str:
        level, attributes, content = found.groups()
        own = re.search(r' id="([^"]*)"', attributes)
        anchor = own[1] if own else free(ID_PREFIX + stem_of(text_of(content)[:_LENGTH]))
        attributes = attributes if own else f'{attributes} id="{anchor}"'
        # without a text, which feeds would show, and not for those who listen to the page
        link = f'<a class="anchor" href="#{anchor}" aria-hidden="true" tabindex="-1"></a>'
        return f"<h{level}{attributes}>{content}{link}</h{level}>"

    return _HEADING.sub(heading, html, count=_ANCHORS)
