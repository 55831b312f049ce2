"""Workers in this process, for deployments without a broker."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from infra.jobs.runner import Runner

_WORKERS = 4
_log = logging.getLogger("broadsheet.jobs")


@dataclass(frozen=True, slots=True)
class InProcessWorkers:
    """Tasks that run the jobs which the relay sends."""

    runner: Runner
    _sent: asyncio.Queue[UUID] = field(default_factory=asyncio.Queue)
    _waiting: set[UUID] = field(default_factory=set)

    @property
    def is_available(self) -> bool:
        return True

    def send(self, ids: Sequence[UUID]) -> None:
        # the relay resends jobs that no task has begun: those already queued here are skipped
        for job_id in set(ids) - self._waiting:
            self._waiting.add(job_id)
            self._sent.put_nowait(job_id)

    async def run(self) -> None:
        """Run jobs until cancelled."""
        async with asyncio.TaskGroup() as workers:
            for _ in range(_WORKERS):
                workers.create_task(self._work())

    async def _work(self) -> None:
        while True:
            job_id = await self._sent.get()
            self._waiting.discard(job_id)
            try:
                await self.runner.run(job_id)
            except (SQLAlchemyError, OSError) as error:
                # its row still exists, and the relay will send it again
                _log.warning("a job could not be claimed: %s", type(error).__name__)
            except Exception:
                _log.exception("a job could not be ended")
