"""The runner: does a job under its lease, and notes what became of it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from structlog.contextvars import bound_contextvars

from application.job.ports import Lease, LeaseLost
from domain.errors import DomainError
from infra.database.shielded import Shielded
from infra.jobs.queue import LEASE, Claimed, JobQueue

_RENEWAL_SECONDS = LEASE.total_seconds() / 3
_log = logging.getLogger("broadsheet.jobs")


@dataclass(frozen=True, slots=True)
class Runner:
    """Does jobs, one call each; `perform` does the work, whose last transaction ends the job."""

    queue: JobQueue
    perform: Callable[[Claimed], Awaitable[None]]
    shielded: Shielded

    async def run(self, job_id: UUID) -> None:
        """Do a job, unless another does or did."""
        claimed = await self.queue.claim(job_id)
        if claimed is None:
            return
        said = {"request_id": claimed.request_id, "job_id": str(job_id), "kind": claimed.kind}
        with bound_contextvars(**{name: value for name, value in said.items() if value}):
            await self._run(claimed)

    async def _run(self, claimed: Claimed) -> None:
        lease = claimed.lease
        try:
            async with self._renewed(lease):
                await self.perform(claimed)
            _log.info("job done")
        except LeaseLost as error:
            _log.warning("job lost: %s", error)
        except asyncio.CancelledError:
            await self.shielded.run(self.queue.put_back(lease))
            raise
        except DomainError as error:
            # another attempt would meet the same
            _log.warning("job refused: %s", error)
            await self.queue.kill(lease, str(error))
        except Exception as error:
            _log.exception("job failed in attempt %d", lease.attempt)
            await self.queue.fail(lease, _told(error))

    @asynccontextmanager
    async def _renewed(self, lease: Lease) -> AsyncIterator[None]:
        """Hold the lease while the block runs; raises LeaseLost where that is not possible."""
        try:
            async with asyncio.timeout(None) as until:
                renewal = asyncio.create_task(self._renew(lease, until))
                try:
                    yield
                finally:
                    renewal.cancel()
        except TimeoutError as error:
            if until.expired():
                raise LeaseLost(f"Attempt {lease.attempt} could not renew its lease.") from error
            raise

    async def _renew(self, lease: Lease, until: asyncio.Timeout) -> None:
        held = monotonic()
        while True:
            await asyncio.sleep(_RENEWAL_SECONDS)
            try:
                if not await self.queue.renew(lease):
                    break
                held = monotonic()
            except (SQLAlchemyError, OSError):
                if monotonic() - held > 2 * _RENEWAL_SECONDS:
                    break
        until.reschedule(asyncio.get_running_loop().time())


def _told(error: Exception) -> str:
    """Give what people may read of an error: its first line, as the rest may be statements."""
    first, *_ = str(error).splitlines() or [""]
    return f"{type(error).__name__}: {first}"
