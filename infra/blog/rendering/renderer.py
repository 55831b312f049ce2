"""The renderer of texts: it remembers what it rendered, and does not hold the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from application.rendering import PlacedAddress
from infra.blog.rendering.colouring import has_code
from infra.blog.rendering.memo import Memo
from infra.blog.rendering.placing import placed_in
from infra.blog.rendering.texts import addresses_in, rendered_comment, rendered_post

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
        return await self._rendered(key, body, lambda: rendered_post(body, path))

    async def comment(self, body: str) -> str:
        return await self._rendered(Memo.key("comment", body), body, lambda: rendered_comment(body))

    def addresses(self, body: str, path: str | None = None) -> list[str]:
        return addresses_in(body, path)

    def placed(self, body: str) -> list[PlacedAddress]:
        return placed_in(body)

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
