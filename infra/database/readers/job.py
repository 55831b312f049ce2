"""Jobs as views: one SELECT, which counts the finished items of each."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select

from application.job.ports import JobsQuery
from application.job.views import LINK, JobCountView, JobPage, JobView, ProgressView
from domain.caller import Caller
from infra.database.paging import page_by_id
from infra.database.sessions import Session
from infra.database.tables import job_items, jobs

_OWN = tuple(jobs.c[name] for name in JobView.model_fields if name != "progress")


class SqlJobReader:
    """Selects jobs for a tenant."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, job_id: UUID, seen_by: Caller) -> JobView | None:
        row = await self._session.first(self._seen_by(seen_by).where(jobs.c.id == job_id))
        return _view(row, seen_by) if row else None

    async def page(self, query: JobsQuery, seen_by: Caller) -> JobPage:
        found = self._seen_by(seen_by).where(*_filters(query))
        rows, about = await page_by_id(self._session, found, jobs.c.id, query)
        return JobPage(items=tuple(_view(row, seen_by) for row in rows), **about)

    async def counts(self, seen_by: Caller) -> tuple[JobCountView, ...]:
        groups = (jobs.c.kind, jobs.c.state)
        seen = self._seen_by(seen_by).with_only_columns(*groups, func.count().label("count"))
        rows = await self._session.all(seen.group_by(*groups).order_by(*groups))
        return tuple(JobCountView.model_validate(dict(row._mapping)) for row in rows)

    def _seen_by(self, caller: Caller) -> Select[Any]:
        of_tenant = jobs.c.tenant == self._session.tenant
        seen = select(*_OWN, jobs.c.total, jobs.c.requested_by, self._done()).where(of_tenant)
        return seen if caller.is_admin else seen.where(jobs.c.requested_by == caller.id)

    def _done(self) -> ColumnElement[int]:
        done = select(func.count()).where(
            job_items.c.tenant == self._session.tenant, job_items.c.job_id == jobs.c.id
        )
        return done.scalar_subquery().label("done")


def _filters(query: JobsQuery) -> list[ColumnElement[bool]]:
    wanted = {"state": query.state, "kind": query.kind}
    return [jobs.c[name] == value for name, value in wanted.items() if value is not None]


def _view(row: Row[Any], seen_by: Caller) -> JobView:
    fields = dict(row._mapping)
    if fields.pop("requested_by") != seen_by.id and isinstance(row.result, dict):
        fields["result"] = {name: said for name, said in row.result.items() if name != LINK}
    progress = ProgressView(done=fields.pop("done"), total=fields.pop("total"))
    return JobView(**fields, progress=progress)
