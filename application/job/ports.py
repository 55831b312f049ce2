"""Ports of jobs."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from application.job.views import JobCountView, JobPage, JobView
from application.pages import PageQuery
from domain.caller import Caller
from domain.job import Job, State


class LeaseLost(Exception):
    """The lease has ended or another worker has one: this transaction must be rolled back."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease on a job, for the attempt of this number."""

    job_id: UUID
    attempt: int


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a job: its name within the job, and its outcome."""

    name: str
    outcome: Mapping[str, Any]


class JobsQuery(PageQuery):
    """A list of jobs: the newest first."""

    state: State | None = None
    kind: str | None = None


class JobReader(Protocol):
    """Selects rows as views."""

    async def get(self, job_id: UUID, seen_by: Caller) -> JobView | None:
        """Return a job; None where there is none, or the caller may not see it."""

    async def page(self, query: JobsQuery, seen_by: Caller) -> JobPage:
        """Return the jobs that the caller may see: all to admins, to others their own."""

    async def counts(self, seen_by: Caller) -> tuple[JobCountView, ...]:
        """Count the jobs that the caller may see, by kind and state."""


class JobRepository(Protocol):
    """Stores jobs; each transaction of a job ends with the fence, `add_item` or `finish`."""

    async def get(self, job_id: UUID) -> Job:
        """Load a job, and lock it; raises NotFound."""

    async def add(self, job: Job) -> None: ...

    async def store(self, job: Job) -> None: ...

    async def waiting(self, kind: str, user_id: UUID, limit: int) -> Sequence[UUID]:
        """Return the ids of a user's jobs of this kind that have not ended, at most so many."""

    async def plan(self, job_id: UUID, total: int) -> None:
        """Store how many items a job has."""

    async def items(self, job_id: UUID) -> Mapping[str, Mapping[str, Any]]:
        """Return the outcomes of the finished items, by their names."""

    async def done(self, job_id: UUID, names: Sequence[str]) -> AbstractSet[str]:
        """Return those of the items that are finished."""

    async def tally(self, job_id: UUID) -> Mapping[str, int]:
        """Count the finished items, by the status of their outcome."""

    async def add_item(self, lease: Lease, item: Item) -> None:
        """Store that an item is finished, which is possible once; raises LeaseLost."""

    async def finish(self, lease: Lease, result: Any) -> None:
        """End a job that has succeeded; raises LeaseLost."""
