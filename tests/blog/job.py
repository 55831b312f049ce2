"""Jobs, and the bulks that cause them."""

from datetime import UTC, datetime

from application.job.ports import JobReader, JobRepository, JobsQuery
from application.job.views import JobPage
from application.pages import PageQuery
from application.unit_of_work import ReadUnitOfWork
from domain.caller import Caller, Role
from domain.ids import new_id
from domain.job import Job
from tests.support.jobs import ended
from tests.support.routes import Blog, Route, Routes, Samples, admins, authenticated
from tests.support.stored import Stored

ADMIN = Caller(new_id(), Role.ADMIN)
BULK = {"operations": [{"op": "create", "title": "t", "body": "b"}]}


async def done(blog: Blog) -> Samples:
    job = await blog.post("/posts/bulk", BULK)
    await ended(blog, blog.owner, job["id"])
    # the position that its answer gives to all callers includes the job's end
    await blog.call("PATCH", "/users/me", blog.owner, json={})
    return {"job_id": job["id"]}


ROUTES = Routes(
    (
        Route("POST", "/posts/bulk", authenticated(202), body=BULK),
        Route("GET", "/jobs?kind=bulk_posts", authenticated(200)),
        Route("GET", "/jobs/{job_id}", (401, 404, 404, 200, 404, 200)),
        Route("POST", "/jobs/{job_id}/replay", admins(409)),
        Route("POST", "/jobs/{job_id}/discard", admins(409)),
    ),
    done,
)


def _queued() -> Job:
    return Job.queued("of_the_future", {}, None, datetime(2100, 1, 1, tzinfo=UTC))


async def _page(uow: ReadUnitOfWork, query: PageQuery) -> JobPage:
    return await uow[JobReader].page(JobsQuery(**dict(query)), ADMIN)


STORED = Stored(JobRepository, _queued, page=_page)
