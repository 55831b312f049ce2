"""The renderer of texts: Markdown, sanitised, with anchors and coloured code."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import escape

from infra.blog.rendering.bounds import is_bounded
from infra.blog.rendering.colouring import coloured, has_code
from infra.blog.rendering.finishing import finished
from infra.blog.rendering.footnotes import with_footnotes
from infra.blog.rendering.headings import below, with_anchors
from infra.blog.rendering.markdown import html_of_comment, html_of_post
from infra.blog.rendering.memo import Memo
from infra.blog.rendering.sanitising import clean_comment, clean_post

_MEMO_BYTES = 16 * 1024 * 1024
_LONG, _LONG_WITH_CODE = 16_384, 1_024  # characters
_AT_ONCE = 2


class MarkdownRenderer:
    """Renders long texts in two threads, short ones at once."""

    def __init__(self) -> None:
        self._memo = Memo(_MEMO_BYTES)
        self._threads = ThreadPoolExecutor(_AT_ONCE, "rendering")

    async def post(self, body: str, path: str | None = None) -> str:
        key = Memo.key("post", body, path or "")
        return await self._rendered(key, body, lambda: _post(body, path))

    async def comment(self, body: str) -> str:
        return await self._rendered(Memo.key("comment", body), body, lambda: _comment(body))

    async def _rendered(self, key: bytes, body: str, render: Callable[[], str]) -> str:
        known = self._memo.get(key)
        if known is not None:
            return known
        if len(body) > (_LONG_WITH_CODE if has_code(body) else _LONG):
            made = await asyncio.get_running_loop().run_in_executor(self._threads, render)
        else:
            made = render()
        self._memo.keep(key, made)
        return made


def _post(body: str, path: str | None) -> str:
    html = html_of_post(body)
    if not is_bounded(html):
        return _plain(body)
    html = with_footnotes(coloured(below(clean_post(html), 2)))
    return with_anchors(finished(html, path))


def _comment(body: str) -> str:
    html = html_of_comment(body)
    if not is_bounded(html):
        return _plain(body)
    return finished(coloured(below(clean_comment(html), 3)))


def _plain(body: str) -> str:
    return f'<pre tabindex="0">{escape(body, quote=False)}</pre>'
