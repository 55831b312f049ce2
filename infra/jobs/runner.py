"""The runner: runs a job under its lease, and stores the outcome."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from structlog.contextvars import bound_contextvars

from application.job.ports import Lease, LeaseLost
from application.job.turn import TurnOver
from application.tracing import Step, entered
from domain.errors import DomainError
from infra.database.shielded import Shielded
from infra.jobs.counts import Outcome
from infra.jobs.queue import LEASE, Claimed, JobQueue

_RENEWAL_SECONDS = LEASE.total_seconds() / 3
_LOOK_SECONDS = 0.25
_log = logging.getLogger("broadsheet.jobs")


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs one job for each call; `perform` does the work, whose last transaction ends the job.

    `jobs_added` wakes the relay of this process, where it has one.
    """

    queue: JobQueue
    perform: Callable[[Claimed], Awaitable[None]]
    shielded: Shielded
    jobs_added: asyncio.Event

    async def run(self, job_id: UUID) -> None:
        """Run the next job in turn, which may be another one; nothing where other workers have them
        all."""
        claimed = await self.queue.claim_next(job_id)
        if claimed is None:
            return
        id_said = str(claimed.lease.job_id)
        said = {"request_id": claimed.request_id, "job_id": id_said, "kind": claimed.kind}
        bound = bound_contextvars(**{name: value for name, value in said.items() if value})
        with bound, self.queue.traces.attempt(claimed) as attempt:
            await self._run(claimed, attempt)

    async def _run(self, claimed: Claimed, attempt: Step) -> None:
        began = monotonic()
        # where its end cannot be stored, another worker begins it again
        outcome: Outcome = "lost"
        try:
            outcome = await self._ended(claimed, attempt)
        except asyncio.CancelledError:
            outcome = "returned"
            raise
        finally:
            attempt.set("broadsheet.job.outcome", outcome)
            self.queue.counts.note_run(claimed.kind, outcome, monotonic() - began)

    async def _ended(self, claimed: Claimed, attempt: Step) -> Outcome:
        lease = claimed.lease
        try:
            async with self._renewed(lease), self._watched(claimed):
                await self.perform(claimed)
            _log.info("job done")
            return "succeeded"
        except TurnOver:
            _log.info("job yields to other requesters")
            await self.queue.give_way(lease)
            self.jobs_added.set()
            return "yielded"
        except LeaseLost as error:
            attempt.fail(error)
            _log.warning("job lost: %s", error)
            return "lost"
        except asyncio.CancelledError:
            await self.shielded.run(self.queue.put_back(lease))
            raise
        except DomainError as error:
            # a retry would fail for the same reason
            attempt.fail(error)
            _log.warning("job refused: %s", error)
            await self.queue.kill(lease, str(error))
            return "refused"
        except Exception as error:
            attempt.fail(error)
            _log.exception("job failed in attempt %d", lease.attempt)
            await self.queue.fail(lease, _told(error))
            return "failed"

    @asynccontextmanager
    async def _renewed(self, lease: Lease) -> AsyncIterator[None]:
        """Extend the lease while the block runs; raises LeaseLost where that fails."""
        try:
            async with asyncio.timeout(None) as until:
                with entered(None):
                    renewal = asyncio.create_task(self._renew(lease, until))
                try:
                    yield
                finally:
                    renewal.cancel()
        except TimeoutError as error:
            if until.expired():
                raise LeaseLost(f"Attempt {lease.attempt} could not renew its lease.") from error
            raise

    @asynccontextmanager
    async def _watched(self, claimed: Claimed) -> AsyncIterator[None]:
        """Keep the turn informed whether other requesters wait."""
        with entered(None):
            watching = asyncio.create_task(self._watch(claimed))
        try:
            yield
        finally:
            watching.cancel()

    async def _watch(self, claimed: Claimed) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            with suppress(SQLAlchemyError, OSError):
                claimed.turn.is_wanted = await self.queue.others_wait(claimed.requested_by)

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
    """Return the part of an error that users may see: its first line, as others may contain
    statements."""
    first, *_ = str(error).splitlines() or [""]
    return f"{type(error).__name__}: {first}"
