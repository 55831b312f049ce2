"""What a process does beside its requests: once a second, and for jobs as soon as there are any."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

_PERIOD_SECONDS = 1.0
_COALESCING_SECONDS = 0.003  # what is committed together goes out together
_log = logging.getLogger("broadsheet.background")
Step = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Background:
    """Runs steps, one after the other; the first of them too when it is woken."""

    woken: asyncio.Event
    steps: Sequence[Step]

    async def run(self) -> None:
        """Go on for ever; a step that fails is tried again a second later."""
        next_round = 0.0
        while True:
            await self._wait(next_round - monotonic())
            # who is woken all the time goes round too
            is_round = monotonic() >= next_round
            next_round = monotonic() + _PERIOD_SECONDS if is_round else next_round
            for step in self.steps if is_round else self.steps[:1]:
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
