"""What the handlers of jobs need from outside."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from application.job.views import JobCountView, JobPage, JobView
from application.pages import PageQuery
from domain.job import Job, State
from domain.user import Caller


class LeaseLost(Exception):
    """Another worker has the job by now, or nobody may: what was done here comes to nothing."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do a job: that of its attempt of this number."""

    job_id: UUID
    attempt: int


@dataclass(frozen=True, slots=True)
class Item:
    """One part of a job that has many: its name within the job, and what became of it."""

    name: str
    outcome: Mapping[str, Any]


class JobsQuery(PageQuery):
    """A list of jobs: the newest first."""

    state: State | None = None
    kind: str | None = None


class JobReader(Protocol):
    """Selects straight into views."""

    async def get(self, job_id: UUID, seen_by: Caller) -> JobView | None:
        """Give a job; None where there is none, or the caller may not see it."""

    async def page(self, query: JobsQuery, seen_by: Caller) -> JobPage:
        """Give the jobs that the caller may see: all to admins, to others their own."""

    async def counts(self, seen_by: Caller) -> tuple[JobCountView, ...]:
        """Count the jobs that the caller may see, by kind and state."""


class JobRepository(Protocol):
    """Stores jobs; the last statement of each transaction of a job is one of the latter two."""

    async def get(self, job_id: UUID) -> Job:
        """Load a job, and lock it; raises NotFound."""

    async def add(self, job: Job) -> None: ...

    async def store(self, job: Job) -> None: ...

    async def plan(self, job_id: UUID, total: int) -> None:
        """Note how many items a job has."""

    async def items(self, job_id: UUID) -> Mapping[str, Mapping[str, Any]]:
        """Give the outcomes of the items that are done, by their names."""

    async def done(self, job_id: UUID, names: Sequence[str]) -> AbstractSet[str]:
        """Give which of these items are done."""

    async def tally(self, job_id: UUID) -> Mapping[str, int]:
        """Count the items that are done, by the status of their outcome."""

    async def add_item(self, lease: Lease, item: Item) -> None:
        """Note that an item is done, which can be once; raises LeaseLost."""

    async def finish(self, lease: Lease, result: Any) -> None:
        """End a job that has succeeded; raises LeaseLost."""
