"""How fast jobs begin, how many a worker does, and what one costs its request: wide margins."""

from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any

import pytest

from application.job.ports import JobRepository
from application.post import publishing
from domain.job import Job
from tests.jobs.conftest import Stack
from tests.jobs.test_killed import one_post
from tests.support.api import Api, Person
from tests.support.jobs import ended
from tests.support.machine import slowness
from tests.support.samples import NOW
from tests.support.worker import working

pytestmark = pytest.mark.timing


def seconds(job: dict[str, Any], start: str, end: str) -> float:
    return (datetime.fromisoformat(job[end]) - datetime.fromisoformat(job[start])).total_seconds()


async def test_a_job_begins_at_once_and_a_worker_does_many(stack: Stack) -> None:
    """The targets are 20 ms and 150 a second."""
    ann = await stack.api.person()
    with working(stack.folder, "worker1", "--concurrency=1", **stack.environment):
        waits = []
        for number in range(30):
            asked = await stack.api.post("/posts/bulk", ann, json=one_post(number))
            job = await ended(stack.api, ann, asked.json()["id"])
            waits.append(seconds(job, "created_at", "started_at"))
        await stored(stack.api, ann, 300)
        first, last = await ends(stack.api, ann)
    rate = 300 / (last - first).total_seconds()
    print(f"from INSERT to start: {median(waits) * 1000:.1f} ms; {rate:.0f} jobs a second")
    assert median(waits) < 0.1 * slowness()
    assert rate > 50 / slowness()


async def stored(api: Api, by: Person, count: int) -> None:
    """Store jobs of one transaction each, past the server: its relay finds them all at once."""
    post = await api.write(by)
    payload = {"post_id": post["id"], "planned": NOW.isoformat()}
    async with api.container.scope(api.tenant).write_uow as uow:
        for _ in range(count):
            await uow[JobRepository].add(Job.queued(publishing.KIND, payload, by.id, NOW))
        await uow.commit()


async def ends(api: Api, by: Person) -> tuple[datetime, datetime]:
    """When the first of the last 300 jobs began, and when the last one ended."""
    jobs: list[dict[str, Any]] = []
    for offset in (0, 100, 200):
        jobs += (await api.get(f"/jobs?limit=100&offset={offset}", by)).json()["items"]
    done = [await ended(api, by, job["id"]) for job in jobs]
    began = [datetime.fromisoformat(job["started_at"]) for job in done]
    ended_at = [datetime.fromisoformat(job["finished_at"]) for job in done]
    return min(began), max(ended_at)


async def test_a_request_that_stores_a_job_costs_little_more(api_on_mysql: Api) -> None:
    """The target is 0.7 ms."""
    api, ann = api_on_mysql, await api_on_mysql.person()
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    took: dict[str, list[float]] = {"draft": [], "scheduled": []}
    for _ in range(60):
        for status, fields in (("draft", {}), ("scheduled", {"publish_at": later})):
            body = {"title": "A title", "body": "b"} | fields
            began = perf_counter()
            answer = await api.post("/posts", ann, json=body)
            took[status].append(perf_counter() - began)
            assert answer.json()["status"] == status
    more = median(took["scheduled"]) - median(took["draft"])
    print(f"a request that stores a job takes {more * 1000:.2f} ms more")
    assert more < 0.003 * slowness()
