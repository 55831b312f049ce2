"""Where the addresses of links and pictures stand in a text."""

import pytest

from application.rendering import with_addresses
from core.blog.rendering import RENDERER

# each § stands for an address
FOUND = [
    "![a](§) ![](§ 'title') ![b *c* `d]` \\]](<§>) [link](§)",
    "é ![two\nlines](  §\n) [![in](§)](§) ![out ![in](§)](§)",
    "> ![a](§)\n> - ![b](§)\n\n| a |\n|---|\n| ![c](§) |\n\nx[^1]\n\n[^1]: ![note](§)",
    "![a][Ref] ![ref] [ref][]\n\n[REF]: § 'title'\n[unused]: none",
    "<img alt='>' src=\"§\"> <IMG\nSRC = § width=1> <a href='§'>x</a>",
    "<div>\n<!-- <img src='none'> -->\n<img src='§' src='none'/>\n\n</div>",
    "`![a](none)` <code>![a](§)</code>\n\n    ![a](none)\n\n```\n<img src='none'>\n```\n",
    "\\![a](§) ![a]( no ne) \\<img src=none> <https://none> <imgs src=none> <!-- ![a](none) -->",
    "![](<>) ![]() ![a](none\n\nb) [none] ![a] (none) <img data-src=none> <img>",
]
ADDRESSES = ["x.png", "a%20b.png", "/é(1).png", "a\\(b.png", "&amp;.png?a&b"]


@pytest.mark.parametrize("text", FOUND)
@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_are_where_they_are(text: str, address: str) -> None:
    body = text.replace("§", address)
    placed = RENDERER.placed(body)
    assert with_addresses(body, [(place, "§") for place in placed]) == text
    assert len({place.address for place in placed}) <= 2  # HTML has no backslashes


def test_a_picture_has_a_text_and_a_link_has_none() -> None:
    body = "![a *b*\n`c`](x) [d](x) <img src=x alt='e &amp; f'> <img src=x> ![g][h]\n\n[h]: x"
    told = [place.alt for place in RENDERER.placed(body)]
    assert told == ["a b c", None, "e & f", "", "g"]


@pytest.mark.parametrize("piece", ["![a](b) ", "<img src=b>\n", "<!--", '<img a="', "![](((", "> "])
def test_long_texts_take_no_quadratic_time(piece: str) -> None:
    body = piece * (262_144 // len(piece))
    assert len(RENDERER.placed(body)) in (0, body.count("b"))
