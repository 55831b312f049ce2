"""Batches reads: all that wait while a read is in progress are sent as the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from application.tracing import Span, current_span

Values = Sequence[bytes | None]
Keys = tuple[str, ...]
_OF_READS = {"db.system.name": "redis", "db.operation.name": "MGET"}


class _Answer(asyncio.Future[Values]):
    """Shared by all callers of the same keys: cancelling one caller does not cancel the others."""

    def cancel(self, msg: object = None) -> bool:
        return False


class SharedReads:
    """Collects keys while the previous read is under way.

    A caller never shares a read that was sent before its call: the result could be stale.
    """

    def __init__(self, read: Callable[[Sequence[str]], Awaitable[Values]]) -> None:
        self._read = read
        self._waiting: dict[Keys, _Answer] = {}
        self._sent: dict[Keys, _Answer] = {}
        self._task: asyncio.Task[None] | None = None

    def get(self, keys: Keys) -> Awaitable[Values]:
        """Return the values of keys, in their order; None for what is not there."""
        answer = self._waiting.get(keys)
        if answer is None:
            task = self._task or self._start()
            answer = self._waiting[keys] = _Answer(loop=task.get_loop())
        if above := current_span():
            _trace(answer, above, len(keys))
        return answer

    def _start(self) -> asyncio.Task[None]:
        self._task = asyncio.get_running_loop().create_task(self._serve())
        self._task.add_done_callback(self._ended)
        return self._task

    async def _serve(self) -> None:
        while self._waiting:
            self._sent, self._waiting = self._waiting, {}
            await self._answer(self._sent)

    async def _answer(self, batch: dict[Keys, _Answer]) -> None:
        keys = list(dict.fromkeys(key for wanted in batch for key in wanted))
        try:
            found = dict(zip(keys, await self._read(keys), strict=True))
        except Exception as error:
            for answer in batch.values():
                answer.set_exception(error)
        else:
            for wanted, answer in batch.items():
                answer.set_result([found[key] for key in wanted])

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if task.cancelled():
            # cancelled at shutdown: no result will be set
            for answer in (*self._sent.values(), *self._waiting.values()):
                if not answer.done():
                    answer.set_exception(asyncio.CancelledError())
            self._waiting = {}
        elif self._waiting:
            # added after the loop of _serve had ended
            self._start()


def _trace(answer: _Answer, above: Span, keys: int) -> None:
    """Record how long one of the callers waits."""
    waiting = above.child("MGET", "client", _OF_READS)
    waiting.set("broadsheet.keys", keys)

    def end(answer: asyncio.Future[Values]) -> None:
        if error := answer.exception():
            waiting.fail(error)
        waiting.end()

    answer.add_done_callback(end)
