"""Work that must come to its end, even where whoever waits for it gives up."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
_log = logging.getLogger("broadsheet.database")


class Shielded:
    """Runs coroutines as tasks of their own and knows those that have not ended."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for the work; cancelling the waiter leaves the work alone."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_log_failure)
            raise

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _log_failure(task: asyncio.Task[Any]) -> None:
    # nobody waits for it any more, and nobody else would tell
    if not task.cancelled() and (error := task.exception()):
        _log.error("what was to be ended failed", exc_info=error)
