"""Background work of a process: periodic steps, which an event can wake."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from infra.database.errors import in_one_line

_COALESCING_SECONDS = 0.003  # jobs that are committed at the same time are sent together
_log = logging.getLogger("broadsheet.background")
Step = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Background:
    """Runs steps in each period, one after the other; the first one also when it is woken."""

    woken: asyncio.Event
    steps: Sequence[Step]
    period_seconds: float = 1.0
    _failing: set[Step] = field(default_factory=set, init=False)

    async def run(self) -> None:
        """Run until cancelled; a step that fails is retried in the next period."""
        next_period = 0.0
        while True:
            await self._wait(next_period - monotonic())
            # the other steps run too where it is woken all the time
            is_period = monotonic() >= next_period
            next_period = monotonic() + self.period_seconds if is_period else next_period
            for step in self.steps if is_period else self.steps[:1]:
                await self._run(step)

    async def _run(self, step: Step) -> None:
        name = step.__qualname__
        try:
            await step()
        except (SQLAlchemyError, OSError) as error:
            # while the primary is down, a line for each period would hide all others
            if step not in self._failing:
                _log.warning("%s fails, and is tried again: %s", name, in_one_line(error))
            self._failing.add(step)
        except Exception:
            _log.exception("%s failed, and is tried again", name)
        else:
            if step in self._failing:
                self._failing.remove(step)
                _log.info("%s succeeds again", name)

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.woken.wait()
            self.woken.clear()
            await asyncio.sleep(_COALESCING_SECONDS)
