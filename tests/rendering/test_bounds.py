"""How long texts take that are made to take long, and that the event loop goes on meanwhile."""

from time import process_time

import pytest

from infra.blog.rendering.bounds import is_bounded
from infra.blog.rendering.renderer import MarkdownRenderer
from tests.support.held_loop import longest_step

SLOW = {
    "one line": "a" * 1_048_576,
    "brackets": "[" * 100_000,
    "links": "[a](b" * 100_000,
    "quotes": "> " * 10_000,
    "lists": "\n".join("  " * depth + "- a" for depth in range(1_000)),
    "elements": "<div>" * 100_000,
    "elements out of order": "<div><object></div></object>\n" * 30_000,
    "elements in attributes": '<div title="</div>">\n' * 40_000,
    "elements in comments": "<div><!--</div>-->\n" * 40_000,
    "elements in scripts": "<div><script></div></script>\n" * 30_000,
    "formatting": "".join(f"<b id=a{number}>" for number in range(190)) + "<p>a</p>" * 50_000,
    "attributes": f"<a {' '.join(f'a{number}' for number in range(100_000))}>",
    "references": "&#" * 300_000,
    "comments": "<!--" * 200_000,
    "footnotes": "[^a]" * 24_000 + "\n\n[^a]: b",
    "notes": "\n".join(f"[^{number}]: a" for number in range(16_000)),
    "table": "|a" * 1_000 + "\n" + "|-" * 1_000 + "\n" + "|b\n" * 49,
    "headings": "# a\n" * 49_000,
    "tasks": "- [ ] a\n" * 33_000,
    "code": "```c\n" + "\n" * 30_000 + "```\n```rust\na\n```\n" * 16_000,
}
PLAIN = '<pre tabindex="0">'


@pytest.mark.parametrize("name", SLOW)
async def test_slow_texts(name: str) -> None:
    renderer, began = MarkdownRenderer(), process_time()
    with longest_step() as longest:
        await renderer.post(SLOW[name], "/a/b")
    assert longest.seconds < 0.02
    assert process_time() - began < 3


NESTED = "<div>" * 199 + "</div>" * 199


@pytest.mark.parametrize(
    ("html", "bounded"),
    [
        (NESTED * 200, True),
        ("<div><i>" * 101, False),
        ("<p></p>" * 50_001, False),
        (f"<p>{'<b>' * 190}{'<i></i>' * 2_000}", False),
        ("<br>" * 300 + NESTED, True),
        ("<noscript><p></noscript>" * 10 + NESTED, False),
        ("<div><iframe a=b></iframe><!-- -- --></div>" * 300, True),
        ("<div><iframe></div></iframe></div>" * 300, False),
        ("<!-->" + "<p></p>" * 300, False),
        ("<p></p>" * 20_000 + "<!-- ", True),
        ("<p a=\"'<'\"></p>" * 300, False),
    ],
    ids=range(11),
)
def test_what_is_bounded(html: str, bounded: bool) -> None:
    assert is_bounded(html) is bounded


async def test_what_is_nested_too_deeply_is_shown_as_it_is() -> None:
    text = "<div>\n" * 201 + "&"
    escaped = "&lt;div&gt;\n" * 201 + "&amp;"
    for render in (MarkdownRenderer().post, MarkdownRenderer().comment):
        assert await render(text) == f"{PLAIN}{escaped}</pre>"
        assert not (await render("<div>\n" * 199)).startswith(PLAIN)
