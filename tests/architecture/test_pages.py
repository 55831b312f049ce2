"""The pages for those who change the code name what is there."""

import re

from tests.architecture.test_layers import LAYERS, ROOT

PAGE = (ROOT / "docs/architecture.md").read_text()
PICTURE = (ROOT / "docs/architecture.svg").read_text()


def test_every_file_that_the_architecture_names_is_there() -> None:
    named = re.findall(rf"`((?:{'|'.join(LAYERS)}|docs|tests)/[^`]*)`", PAGE)
    drawn = re.findall(r'file mono"[^>]*>([^<]+/)<.*\n.*?file mono"[^>]*>([^<]+)<', PICTURE)
    assert len(named) > 40
    assert len(drawn) == 12
    assert [name for name in [*named, *map("".join, drawn)] if not (ROOT / name).exists()] == []
