"""Background work of a process: periodic steps, which an event can wake."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

_COALESCING_SECONDS = 0.003  # jobs that are committed at the same time are sent together
_log = logging.getLogger("broadsheet.background")
Step = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Background:
    """Runs steps in each period, one after the other; the first one also when it is woken."""

    woken: asyncio.Event
    steps: Sequence[Step]
    period_seconds: float = 1.0

    async def run(self) -> None:
        """Run until cancelled; a step that fails is retried in the next period."""
        next_period = 0.0
        while True:
            await self._wait(next_period - monotonic())
            # the other steps run too where it is woken all the time
            is_period = monotonic() >= next_period
            next_period = monotonic() + self.period_seconds if is_period else next_period
            for step in self.steps if is_period else self.steps[:1]:
                try:
                    await step()
                except (SQLAlchemyError, OSError) as error:
                    _log.warning("%s failed, and is tried again: %r", step.__qualname__, error)
                except Exception:
                    _log.exception("%s failed, and is tried again", step.__qualname__)

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.woken.wait()
            self.woken.clear()
            await asyncio.sleep(_COALESCING_SECONDS)
