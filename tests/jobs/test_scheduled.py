"""Posts that appear at a time: on each kind of database, done by the process itself."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.config import Settings
from core.dependencies.container import Container
from tests.conftest import fresh_api, running
from tests.support.api import Api, Person
from tests.support.jobs import ended

FIELDS = {"title": "Later", "body": "b"}


@pytest.fixture
async def ann(api: Api) -> Person:
    return await api.person()


def ahead(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


async def titles(api: Api, query: str = "", by: Person | None = None) -> list[str]:
    """What is listed for somebody who sends no token."""
    api.tokens.clear()
    items: list[dict[str, Any]] = (await api.get(f"/posts{query}", by)).json()["items"]
    return [post["title"] for post in items]


async def appeared(api: Api) -> None:
    for _ in range(400):
        if await titles(api):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not appear")


async def test_one_appears_at_its_time(api: Api, ann: Person) -> None:
    began = datetime.now(UTC)
    post = (await api.post("/posts", ann, json=FIELDS | {"publish_at": ahead(2)})).json()
    assert (post["status"], await titles(api)) == ("scheduled", [])
    assert await titles(api, "?status=scheduled", ann) == ["Later"]
    assert (await api.get(f"/posts/{post['id']}")).status_code == 404
    await appeared(api)
    assert 2 <= (datetime.now(UTC) - began).total_seconds() < 5
    shown = (await api.get(f"/posts/{post['id']}")).json()
    assert (shown["status"], shown["version"]) == ("published", 2)
    [job] = (await api.get("/jobs?kind=publish_post", ann)).json()["items"]
    assert (job["state"], job["attempts"], job["result"]) == ("succeeded", 1, {"published": True})


async def test_a_changed_time_and_a_cancelled_one_are_heeded(api: Api, ann: Person) -> None:
    soon = FIELDS | {"publish_at": ahead(2)}
    moved, cancelled, deleted = [
        (await api.post("/posts", ann, json=soon)).json()["id"] for _ in range(3)
    ]
    changed = await api.post(f"/posts/{moved}/publish", ann, json={"publish_at": ahead(3600)})
    assert changed.json()["status"] == "scheduled"
    await api.post(f"/posts/{cancelled}/unpublish", ann)
    await api.delete(f"/posts/{deleted}", ann)

    jobs = (await api.get("/jobs", ann)).json()["items"]
    due = [job["id"] for job in jobs if job["run_at"] < ahead(60)]
    results = [(await ended(api, ann, job_id))["result"] for job_id in due]
    assert results == [{"published": False}] * 3
    assert await titles(api) == []
    now = await api.post(f"/posts/{moved}/publish", ann)
    assert (now.json()["status"], await titles(api)) == ("published", ["Later"])


async def test_a_time_that_is_past_is_now(api: Api, ann: Person) -> None:
    post = (await api.post("/posts", ann, json=FIELDS | {"publish_at": ahead(-5)})).json()
    assert (post["status"], await titles(api)) == ("published", ["Later"])


@pytest.mark.parametrize("when", ["tomorrow", "2030-01-01T00:00:00", "2999-01-01T00:00:00Z"])
async def test_no_moment_or_one_too_far_ahead_is_refused(api: Api, ann: Person, when: str) -> None:
    answer = await api.post("/posts", ann, json=FIELDS | {"publish_at": when})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "publish_at")


async def test_a_time_that_all_slept_through_is_caught_up(
    idle: Container, settings: Settings
) -> None:
    async with fresh_api(idle) as api:
        ann = await api.person()
        fields = FIELDS | {"publish_at": ahead(0.2)}
        post = (await api.post("/posts", ann, json=fields)).json()
        await asyncio.sleep(0.3)  # nobody runs who could do it
        assert await titles(api) == []
        async with running(settings):
            await appeared(api)
        assert (await api.get(f"/posts/{post['id']}")).json()["version"] == 2
