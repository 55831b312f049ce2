"""Batches takes: all that wait while a batch is under way are sent as the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from infra.limits.counters import Counter, Taken

Take = Sequence[Counter]
Answers = Sequence[Taken | None]  # None for a take that is not known to have been done

_BATCH = 200  # takes, which Redis does in a millisecond


class SharedTakes:
    """Collects takes while the previous batch is under way."""

    def __init__(self, send: Callable[[Sequence[Take]], Awaitable[Answers]]) -> None:
        self._send = send
        self._waiting: dict[asyncio.Future[Taken | None], Take] = {}
        self._task: asyncio.Task[None] | None = None

    def add(self, take: Take) -> asyncio.Future[Taken | None]:
        """Return a future for the outcome of a take."""
        outcome: asyncio.Future[Taken | None] = asyncio.get_running_loop().create_future()
        self._waiting[outcome] = take
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._serve())
        return outcome

    def withdraw(self, outcome: asyncio.Future[Taken | None]) -> None:
        """Do not send a take that was not sent yet."""
        self._waiting.pop(outcome, None)

    async def close(self) -> None:
        """Wait for the batch under way: a cancelled one would leave its connection open."""
        self._waiting.clear()
        if self._task:
            await asyncio.wait([self._task])

    async def _serve(self) -> None:
        while self._waiting:
            batch = dict(list(self._waiting.items())[:_BATCH])
            for outcome in batch:
                del self._waiting[outcome]
            answers = await self._send(list(batch.values()))
            for outcome, answer in zip(batch, answers, strict=True):
                # a caller may have gone meanwhile
                if not outcome.done():
                    outcome.set_result(answer)
