"""Nothing that runs, loads or styles is left in a text's HTML, as a parser of its own reads it."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

from infra.blog.rendering.texts import rendered_comment, rendered_post
from tests.rendering.hostile import HOSTILE

_ELEMENTS = """
    a abbr aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div
    dl dt em figcaption figure h2 h3 h4 h5 h6 hr i img input ins kbd li mark meter ol p pre progress
    q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th thead time tr u ul
    var wbr
"""
_ATTRIBUTES = """
    alt aria-hidden aria-label checked class colspan datetime dir disabled height high href id
    lang low max min open optimum rel reversed role rowspan scope span src start tabindex title
    type value width
"""
ELEMENTS, ATTRIBUTES = set(_ELEMENTS.split()), set(_ATTRIBUTES.split())
CLASSES = re.compile(
    "align-(left|center|right)|anchor|footnote-(definition|reference|definition-label)"
    "|highlight|language-[a-z+#]+|[a-z][a-z0-9]{0,2}"
)
SCHEME = re.compile("[a-zA-Z][a-zA-Z0-9+.-]*:")


def elements(html: str) -> Iterator[Element]:
    fragment = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return (each for each in fragment.iter() if each is not fragment)


def faults(html: str) -> list[str]:
    return [fault for element in elements(html) for fault in faults_of(element)]


def faults_of(element: Element) -> Iterator[str]:
    if element.tag not in ELEMENTS:
        yield f"<{element.tag}>"
    if element.tag == "input" and element.get("type") != "checkbox":
        yield "an input"
    for name, value in element.attrib.items():
        if name not in ATTRIBUTES or not is_harmless(name, value):
            yield f"{name}={value}"


def is_harmless(name: str, value: str) -> bool:
    if name == "class":
        return bool(CLASSES.fullmatch(value))
    if name == "id":
        return value.startswith("text-")
    if name not in ("href", "src"):
        return True
    # what browsers skip in a scheme
    scheme = SCHEME.match(re.sub(r"[\x00-\x20]", "", value))
    return scheme is None or scheme[0].lower() in ("http:", "https:", "mailto:")


def test_no_hostile_text_leaves_a_trace() -> None:
    assert len(HOSTILE) > 300
    for text in HOSTILE:
        assert faults(rendered_post(text)) == [], text
        assert faults(rendered_post(text, "/2020/01/here")) == [], text
        comment = rendered_comment(text)
        assert faults(comment) == [], text
        assert not re.search(r"<img| id=|<a (?![^>]*ugc)", comment), text


def test_what_is_put_together_is_as_safe() -> None:
    """One text may be left open where the next begins."""
    for separator in ("", "\n\n", "</p>"):
        together = [separator.join(HOSTILE[at : at + 5]) for at in range(0, len(HOSTILE), 3)]
        for text in together:
            assert faults(rendered_post(text)) == [], text


def test_the_test_finds_faults() -> None:
    for html in (
        "<svg></svg>",
        "<a onclick=x>",
        "<p style=x>",
        "<a href=' java\nscript:x'>",
        "<input>",
    ):
        assert len(faults(html)) == 1, html
    assert faults('<a href="x:y">') == ["href=x:y"]
