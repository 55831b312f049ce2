"""The spans of jobs, in the traces that stored them.

The ids of an attempt's span follow from the job and the attempt: so the next attempt links to it,
and whoever finds that its worker is gone can tell of it, below which its parts stand.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Row

from application.job.ports import Lease
from application.tracing import Kind, Step
from domain.job import State
from infra.tracing.process import ProcessTracer
from infra.tracing.spans import RecordedSpan, new_context

JOB_ID, JOB_KIND = "broadsheet.job.id", "broadsheet.job.kind"
_ATTEMPT = "broadsheet.job.attempt"


class Attempted(Protocol):
    """A job that a worker has claimed."""

    @property
    def lease(self) -> Lease: ...

    @property
    def kind(self) -> str: ...

    @property
    def tenant(self) -> UUID: ...

    @property
    def traceparent(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class JobTraces:
    """Records what becomes of jobs; nothing without a tracer."""

    tracer: ProcessTracer | None = None

    def attempt(self, job: Attempted) -> Step:
        """Return the block that is an attempt at a job."""
        lease = job.lease
        span = self._attempt(lease.job_id, job.kind, lease.attempt, job.traceparent)
        if span:
            span.set("broadsheet.tenant", str(job.tenant))
        return Step(span)

    def sent(self, rows: Iterable[Row[Any]], began: int) -> None:
        """Record that jobs were sent to workers, by a transaction that began then, in ns."""
        for row in rows if self.tracer else ():
            if span := self._below(row.traceparent, "relay job", "producer", row.id, row.kind):
                span.start = began
                span.end()

    def lost(self, rows: Iterable[Row[Any]], lease: timedelta) -> None:
        """Record attempts that have ended with their workers, by the jobs as they were left."""
        for row in rows if self.tracer else ():
            if row.state != State.RUNNING:
                continue
            if span := self._attempt(row.id, row.kind, row.attempts, row.traceparent):
                span.start = _ns(row.started_at if row.attempts == 1 else row.due_at - lease)
                span.fail()
                span.set("error.type", "worker_lost")
                span.end()

    def _attempt(
        self, job_id: UUID, kind: str, number: int, traceparent: str | None
    ) -> RecordedSpan | None:
        span = self._below(traceparent, "run job", "consumer", job_id, kind, _id(job_id, number))
        if span:
            span.set(_ATTEMPT, number)
            if number > 1:
                span.links = (new_context(span.context.trace_id, _id(job_id, number - 1)),)
        return span

    def _below(
        self,
        traceparent: str | None,
        name: str,
        span_kind: Kind,
        job_id: UUID,
        kind: str,
        span_id: int | None = None,
    ) -> RecordedSpan | None:
        span = self.tracer.below(traceparent, name, span_kind, span_id) if self.tracer else None
        if span:
            span.set(JOB_ID, str(job_id))
            span.set(JOB_KIND, kind)
        return span


def _id(job_id: UUID, attempt: int) -> int:
    digest = blake2b(job_id.bytes + attempt.to_bytes(4, "big"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def _ns(moment: datetime) -> int:
    return int(moment.timestamp() * 1e9)
