"""Texts as HTML: what Markdown becomes."""

import pytest

from infra.blog.rendering.memo import Memo
from infra.blog.rendering.renderer import MarkdownRenderer

NOTED = "A[^a] and B[^b b], A again[^a].\n\n[^a]: First.\n[^b b]: Second."


@pytest.fixture
def renderer() -> MarkdownRenderer:
    return MarkdownRenderer()


def anchored(level: int, anchor: str, content: str) -> str:
    link = f'<a class="anchor" href="#{anchor}" aria-hidden="true" tabindex="-1"></a>'
    return f'<h{level} id="{anchor}">{content}{link}</h{level}>\n'


async def test_headings_begin_below_that_of_the_page(renderer: MarkdownRenderer) -> None:
    html = await renderer.post("# One *two*\n## One two\n# One\n###### Six\n## Ж {#own}")
    assert html == (
        anchored(2, "text-one-two", "One <em>two</em>")
        + anchored(3, "text-one-two-1", "One two")
        + anchored(2, "text-one", "One")
        + anchored(6, "text-six", "Six")
        + anchored(3, "text-own", "Ж")
    )
    assert await renderer.post("### Ж") == anchored(2, "text-ж", "Ж")
    assert await renderer.comment("# One\n## Two") == "<h3>One</h3>\n<h4>Two</h4>\n"


@pytest.mark.parametrize(
    ("address", "resolved"),
    [
        ("there.html#a", "/2020/01/there.html#a"),
        ("../there", "/2020/there"),
        ("..//x.org", "/2020/x.org"),
        ("../../..//x.org", "/x.org"),
        ("./javascript:alert(1)", "/2020/01/javascript:alert(1)"),
        ("/there?a=1&b=2", "/there?a=1&amp;b=2"),
        ("?q=1", "?q=1"),
        ("//x.org/there", "//x.org/there"),
        ("https://x.org/", "https://x.org/"),
        ("mailto:a@x.org", "mailto:a@x.org"),
        ("#there", "#text-there"),
    ],
)
async def test_where_links_lead(renderer: MarkdownRenderer, address: str, resolved: str) -> None:
    for path in ("/2020/01/here.html", "2020/01/", "2020/01"):
        html = await renderer.post(f"[a](<{address}>) ![b](<{address}>)", path)
        link, picture = f'<a href="{resolved}">a</a>', f'<img src="{resolved}" alt="b">'
        assert html == f"<p>{link} {picture}</p>\n"
    if not address.startswith("#"):
        escaped = address.replace("&", "&amp;")
        assert f'href="{escaped}"' in await renderer.post(f"[a](<{address}>)")


async def test_links_of_comments_are_not_followed(renderer: MarkdownRenderer) -> None:
    html = await renderer.comment('<https://x.org> ![b](c.png) <b id="c">d</b>')
    link = '<a href="https://x.org" rel="noopener nofollow ugc">https://x.org</a>'
    assert html == f"<p>{link}  <b>d</b></p>\n"


async def test_footnotes_and_their_marks_lead_to_each_other(renderer: MarkdownRenderer) -> None:
    html = await renderer.post(NOTED)
    mark = '<a href="#text-note-1" role="doc-noteref">1</a></sup>'
    assert html.count(f'<sup class="footnote-reference" id="text-mark-1">{mark}') == 1
    assert html.count(f'<sup class="footnote-reference">{mark}') == 1
    for number in (1, 2):
        link = f'<a href="#text-mark-{number}" role="doc-backlink">{number}</a>'
        label = f'<sup class="footnote-definition-label">{link}</sup>'
        assert f'<div class="footnote-definition" id="text-note-{number}">{label}' in html


async def test_tables_tasks_and_struck_out_text(renderer: MarkdownRenderer) -> None:
    html = await renderer.post("|a|b|\n|-:|-|\n|1|2|\n\n- [x] ~~one~~ `two`\n- [ ] three")
    assert '<th class="align-right">a</th><th>b</th>' in html
    assert '<td class="align-right">1</td><td>2</td>' in html
    assert 'type="checkbox" disabled="" checked="" aria-label="one two">\n<del>one</del>' in html
    assert 'type="checkbox" disabled="" aria-label="three">\nthree' in html


async def test_code_is_coloured_by_classes(renderer: MarkdownRenderer) -> None:
    html = await renderer.post("```rust,ignore\nfn a() {}\n```")
    assert html.startswith('<pre tabindex="0" class="highlight"><code class="language-rust">')
    assert '<span class="k">fn</span>' in html
    assert "style=" not in html


@pytest.mark.parametrize(
    "code", ["x" * 501, "fn a() {}\n" * 4_000, "\n" * 30_000], ids=["line", "length", "time"]
)
async def test_code_that_takes_long_is_plain(renderer: MarkdownRenderer, code: str) -> None:
    html = await renderer.post(f"```c\n// {code}\n```")
    assert html.startswith('<pre tabindex="0"><code class="language-c">// ')


async def test_classes_and_styles_of_others_are_dropped(renderer: MarkdownRenderer) -> None:
    html = await renderer.post(
        '<p class="a" style="color:red" id="b">c <code class="d language-e">f</code></p>'
        '<table><tr><td style="text-align:right;color:red">g</td></tr></table><input name="h">'
    )
    assert html == (
        '<p id="text-b">c <code>f</code></p>'
        '<table tabindex="0"><tbody><tr><td class="align-right">g</td></tr></tbody></table>'
        '<input type="checkbox" disabled="">'
    )


def test_the_memo_keeps_what_was_used_lately() -> None:
    memo = Memo(3_000)
    keys = [Memo.key("post", name) for name in ("a", "b", "c")]
    for key in keys[:2]:
        memo.keep(key, "x" * 1_000)
    memo.keep(keys[1], "y" * 1_000)
    assert memo.get(keys[0]) == "x" * 1_000
    memo.keep(keys[2], "z" * 1_000)
    assert [memo.get(key) is None for key in keys] == [False, True, False]
    memo.keep(keys[1], "x" * 4_000)
    assert [memo.get(key) for key in keys] == [None, None, None]


def test_keys_of_the_memo_differ_by_each_part() -> None:
    assert Memo.key("a", "b\0c") != Memo.key("a\0b", "c")


async def test_a_text_is_rendered_once(renderer: MarkdownRenderer) -> None:
    assert await renderer.post("a") is await renderer.post("a")
    assert await renderer.post("[a](b)") != await renderer.post("[a](b)", "/c/d")
