"""Reads that wait in the same moment go out as one, on a connection that does for all."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

Values = Sequence[bytes | None]
_Waiting = tuple[Sequence[str], asyncio.Future[Values]]


class SharedReads:
    """Collects the keys that callers ask for, while the read before is under way.

    Nobody joins a read that was sent already: it may show what was before they asked.
    """

    def __init__(self, read: Callable[[Sequence[str]], Awaitable[Values]]) -> None:
        self._read = read
        self._waiting: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None

    async def get(self, keys: Sequence[str]) -> Values:
        """Give the values of keys, in their order; None for what is not there."""
        future: asyncio.Future[Values] = asyncio.get_running_loop().create_future()
        self._waiting.append((keys, future))
        if self._task is None:
            self._task = asyncio.create_task(self._serve())
        return await future

    async def _serve(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            await self._answer(batch)
        self._task = None

    async def _answer(self, batch: Sequence[_Waiting]) -> None:
        keys = list(dict.fromkeys(key for wanted, _ in batch for key in wanted))
        try:
            found = dict(zip(keys, await self._read(keys), strict=True))
        except Exception as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for wanted, future in batch:
            if not future.done():
                future.set_result([found[key] for key in wanted])
