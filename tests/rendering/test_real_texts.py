"""The texts of the Rust blog as HTML: what must be there, in posts chosen for it."""

import re
from time import process_time

import pytest

from infra.blog.rendering.texts import rendered_post
from tests.integration.imported import REAL, originals
from tests.rendering.test_safety import faults

PLAIN = '<pre tabindex="0">'
IN_HTML = {
    # tables with heads and columns aligned
    "2025/10/28/project-goals-2025h2": [
        (5, r'<table tabindex="0"><thead><tr><th'),
        (177, r'<t[dh] class="align-'),
    ],
    "inside-rust/2026/07/31/all-hands-2026-retrospective": [
        (
            9,
            r'<div class="footnote-definition" id="text-note-\d"><sup [^>]*><a href="#text-mark-',
        ),
        (9, r'<sup class="footnote-reference" id="text-mark-\d"><a href="#text-note-\d"'),
    ],
    # the longest, most of which is HTML
    "2025/12/16/Project-Goals-2025-November-Update": [
        (41, r"<details>\s*<summary"),
        (37, r"<progress "),
        (0, r"style="),
    ],
    # code in six languages
    "2026/03/05/Rust-1.94.0": [
        (1, r'<code class="language-console"><span class="gp">'),
        (1, r'<code class="language-toml"><span class="n">'),
    ],
    "2024/10/17/Rust-1.82.0": [
        (1, r'<code class="language-asm"><span class="'),
        (1, r'<code class="language-diff"><span class="'),
        (12, r'<code class="language-rust"><span class="'),
    ],
    "2015/04/24/Rust-Once-Run-Everywhere": [(3, r'<code class="language-c"><span class="')],
    "inside-rust/2025/05/29/redesigning-the-initial-bootstrap-sequence": [
        (15, r'<h[2-6] id="text-[^"]+">'),
    ],
    # charts by scripts, and pictures in place of them
    "2026/03/02/2025-State-Of-Rust-Survey-results": [
        (0, r"<script"),
        (13, r'<img alt="[^"]+" src="/2026/03/02/2025-State-Of-Rust-Survey-results/[^"]*\.png"'),
    ],
    "2025/03/03/Project-Goals-Feb-Update": [
        (11, r'<input type="checkbox" disabled=""[^>]* aria-label="'),
    ],
    "2025/11/25/interview-with-jan-david-nose": [(0, r"<iframe"), (1, r"<h2 id=")],
}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    if not REAL.exists():
        pytest.skip(f"not run for want of the real posts: put them into {REAL}")
    return {post.front["path"]: post.body.decode() for post in originals(REAL)}


@pytest.mark.parametrize("path", IN_HTML)
def test_what_must_be_there(texts: dict[str, str], path: str) -> None:
    html = rendered_post(texts[path], path)
    found = [(len(re.findall(pattern, html)), pattern) for _, pattern in IN_HTML[path]]
    assert found == IN_HTML[path]
    assert faults(html) == []


def test_all_are_rendered_soon(texts: dict[str, str]) -> None:
    took = {}
    for path, text in texts.items():
        began = process_time()
        assert not rendered_post(text, path).startswith(PLAIN)
        took[path] = process_time() - began
    assert len(took) == 750
    longest = max(texts, key=lambda path: len(texts[path]))
    assert took[longest] < 0.1
    assert sum(took.values()) < 10
