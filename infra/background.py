"""What a process does beside its requests: once a second, and for jobs as soon as there are any."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

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
        while True:
            steps = self.steps[:1] if await self._is_woken() else self.steps
            for step in steps:
                try:
                    await step()
                except (SQLAlchemyError, OSError) as error:
                    _log.warning("%s failed, and is tried again: %r", step.__qualname__, error)
                except Exception:
                    _log.exception("%s failed, and is tried again", step.__qualname__)

    async def _is_woken(self) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(_PERIOD_SECONDS):
                await self.woken.wait()
            self.woken.clear()
            await asyncio.sleep(_COALESCING_SECONDS)
            return True
        return False
