"""An import names the links that lead nowhere."""

from pathlib import Path

import pytest

from core.dependencies.container import Container
from tests.integration.imported import Blog

FIRST = """+++
title = "First"
date = 2020-01-01
path = "2020/01/01/first.html"
authors = ["Ann"]
+++
[there](second.html), [by its alias](/old/second), [itself](#here), [far](https://far.test/x),
[home](/), [the page](/posts/second.html), ![no picture](missing.png), [nothing](/gone?a=1#b),
<a href="../away.html">away</a> and `[code](code.html)`
"""
SECOND = """+++
title = "Second"
date = 2020-01-01
path = "2020/01/01/second.html"
aliases = ["/old/second"]
authors = ["Ann"]
+++
Nothing is linked.
"""


async def test_links_to_nowhere_are_named(
    sqlite_container: Container, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (("first.md", FIRST), ("second.md", SECOND)):
        (tmp_path / name).write_text(text)
    report = await Blog(sqlite_container).import_files(tmp_path)
    said = capsys.readouterr().err
    lost = ["/2020/01/01/missing.png", "/2020/01/away.html", "/gone"]
    assert report.lost == len(lost)
    for address in lost:
        assert f"first.md: It links to {address}, which is not here." in said
    assert "3 links lead nowhere" in report.details
