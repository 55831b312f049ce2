"""Jobs in memory: the reader and the repository."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from application.job.ports import Item, JobsQuery, Lease, LeaseLost
from application.job.views import JobCountView, JobPage, JobView, ProgressView
from domain.errors import Invalid, NotFound
from domain.ids import read_id
from domain.job import Job, State
from domain.user import Caller
from tests.support.fake_repositories import BlogSource, StoredJob
from tests.support.samples import NOW


class FakeJobReader:
    """Jobs as views."""

    def __init__(self, blog: BlogSource) -> None:
        self._blog = blog

    async def get(self, job_id: UUID, seen_by: Caller) -> JobView | None:
        stored = self._blog().jobs.get(job_id)
        return _view(stored) if stored and _may_see(stored.job, seen_by) else None

    async def page(self, query: JobsQuery, seen_by: Caller) -> JobPage:
        wanted = {"state": query.state, "kind": query.kind}
        found = [
            stored
            for _, stored in sorted(self._blog().jobs.items(), reverse=True)
            if _may_see(stored.job, seen_by)
            and all(value in (None, getattr(stored.job, name)) for name, value in wanted.items())
        ]
        last = _last(query.cursor) if query.cursor else UUID(int=2**128 - 1)
        rest = [stored for stored in found if stored.job.id < last][query.offset or 0 :]
        shown = rest[: query.limit]
        return JobPage(
            total=len(found),
            total_is_exact=True,
            items=tuple(map(_view, shown)),
            next_cursor=shown[-1].job.id.hex if len(rest) > len(shown) else None,
        )

    async def counts(self, seen_by: Caller) -> tuple[JobCountView, ...]:
        jobs = (stored.job for stored in self._blog().jobs.values())
        seen = Counter((job.kind, job.state) for job in jobs if _may_see(job, seen_by))
        return tuple(
            JobCountView(kind=kind, state=state, count=count)
            for (kind, state), count in sorted(seen.items())
        )


class FakeJobRepository:
    """Jobs as aggregates. Nobody claims them here: a test sets their state."""

    def __init__(self, blog: BlogSource) -> None:
        self._blog = blog

    async def get(self, job_id: UUID) -> Job:
        return replace(self._stored(job_id).job)

    async def add(self, job: Job) -> None:
        self._blog().jobs[job.id] = StoredJob(replace(job))

    async def store(self, job: Job) -> None:
        self._blog().jobs[job.id] = replace(self._stored(job.id), job=replace(job))

    async def plan(self, job_id: UUID, total: int) -> None:
        self._blog().jobs[job_id] = replace(self._stored(job_id), total=total)

    async def items(self, job_id: UUID) -> Mapping[str, Mapping[str, Any]]:
        return self._stored(job_id).items

    async def done(self, job_id: UUID, names: Sequence[str]) -> set[str]:
        return self._stored(job_id).items.keys() & set(names)

    async def tally(self, job_id: UUID) -> Mapping[str, int]:
        return Counter(item["status"] for item in self._stored(job_id).items.values())

    async def add_item(self, lease: Lease, item: Item) -> None:
        stored = self._held(lease)
        if item.name in stored.items:
            raise LeaseLost(item.name)
        items = stored.items | {item.name: item.outcome}
        self._blog().jobs[lease.job_id] = replace(stored, items=items)

    async def finish(self, lease: Lease, result: Any) -> None:
        stored = self._held(lease)
        done = replace(stored.job, state=State.SUCCEEDED)
        self._blog().jobs[lease.job_id] = replace(stored, job=done, result=result)

    def _stored(self, job_id: UUID) -> StoredJob:
        if job_id not in self._blog().jobs:
            raise NotFound("job")
        return self._blog().jobs[job_id]

    def _held(self, lease: Lease) -> StoredJob:
        stored = self._stored(lease.job_id)
        if stored.job.state is not State.RUNNING or stored.job.attempts != lease.attempt:
            raise LeaseLost(str(lease.job_id))
        return stored


def _may_see(job: Job, caller: Caller) -> bool:
    return caller.is_admin or caller.id == job.requested_by


def _view(stored: StoredJob) -> JobView:
    job = stored.job
    return JobView(
        id=job.id,
        kind=job.kind,
        state=job.state,
        attempts=job.attempts,
        progress=ProgressView(done=len(stored.items), total=stored.total),
        result=stored.result,
        error=None,
        run_at=job.run_at,
        created_at=NOW,
        started_at=None,
        finished_at=None,
    )


def _last(cursor: str) -> UUID:
    last = read_id(cursor)
    if last is None:
        raise Invalid("cursor", "It is not a cursor of ours: take `next_cursor`.")
    return last
