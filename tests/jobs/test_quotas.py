"""What a user may have at a time: never more, whatever comes at once. Nobody does the jobs here."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import pytest_asyncio
from httpx import Response
from sqlalchemy import update

from core.blog.container import blog_container
from core.config import Settings
from domain.job import State
from infra.database.tables import jobs
from tests.conftest import CHEAP_HASH, fresh_api
from tests.integration.test_statements import writes
from tests.support.api import Api, Person
from tests.support.statements import recorded, refuse_statements_without_tenant

BULK = {"operations": [{"op": "create", "title": "t", "body": "b"}]}
TOKEN = {"name": "Backup", "scopes": ["read"]}
AT_ONCE = 20


@pytest_asyncio.fixture
async def api(unrelayed: Settings) -> AsyncIterator[Api]:
    container = blog_container(unrelayed.model_copy(update={"rate_limits": "bulks=25/hour"}))
    container._resources.passwords._hash = CHEAP_HASH
    refuse_statements_without_tenant(container)
    async with fresh_api(container) as api:
        yield api
    await container.stop()


async def end(api: Api, job_id: str, state: State) -> None:
    own = update(jobs).where(jobs.c.tenant == api.tenant, jobs.c.id == UUID(job_id))
    async with api.container._resources.primary.engine.begin() as connection:
        await connection.execute(own.values(state=state.value, due_at=None))


async def ask_at_once(api: Api, by: Person, path: str, body: object = None) -> list[Response]:
    asked = (api.post(path, by, json=body) for _ in range(AT_ONCE))
    return await asyncio.gather(*asked)


def statuses(answers: list[Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


async def test_nobody_has_more_than_five_bulks_that_have_not_ended(api: Api) -> None:
    ann, bob = await api.person(), await api.person()
    answers = await ask_at_once(api, ann, "/posts/bulk", BULK)
    assert statuses(answers) == {202: 5, 429: AT_ONCE - 5}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.headers["Retry-After"] == "5"
    problem = refused.json()
    assert problem["type"] == "urn:broadsheet:problem:quota-reached"
    assert problem["detail"] == "5 bulks of yours have not ended: wait until one of them has."
    assert (await api.post("/posts/bulk", bob, json=BULK)).status_code == 202
    stored = [answer.json()["id"] for answer in answers if answer.status_code == 202]
    assert len((await api.get("/jobs?kind=bulk_posts", ann)).json()["items"]) == 5
    for job_id, state in zip(stored, (State.SENT, State.RUNNING), strict=False):
        await end(api, job_id, state)
    assert (await api.post("/posts/bulk", ann, json=BULK)).status_code == 429
    for job_id, state in zip(stored, (State.SUCCEEDED, State.DEAD, State.DISCARDED), strict=False):
        await end(api, job_id, state)
        assert (await api.post("/posts/bulk", ann, json=BULK)).status_code == 202
    assert (await api.post("/posts/bulk", ann, json=BULK)).status_code == 429


async def test_they_are_counted_by_two_statements(api: Api) -> None:
    ann = await api.person()
    with recorded(api.container) as seen:
        await api.post("/posts/bulk", ann, json=BULK)
    stored = ["INSERT job", "UPDATE job", "SELECT job_item", "COMMIT"]
    assert seen == writes("SELECT user", "SELECT job", *stored)


async def test_a_bulk_that_a_quota_refuses_is_not_counted(api: Api) -> None:
    ann = await api.person()
    answers = await ask_at_once(api, ann, "/posts/bulk", BULK)
    answers += await ask_at_once(api, ann, "/posts/bulk", BULK)
    assert statuses(answers) == {202: 5, 429: 2 * AT_ONCE - 5}
    await end(api, answers[0].json()["id"], State.SUCCEEDED)
    answer = await api.post("/posts/bulk", ann, json=BULK)
    assert '"bulks";r=19' in answer.headers["RateLimit"]


async def test_what_has_a_key_is_counted_once(api: Api) -> None:
    ann, key = await api.person(), {"Idempotency-Key": "k"}
    first = await api.post("/posts/bulk", ann, json=BULK, headers=key)
    assert statuses(await ask_at_once(api, ann, "/posts/bulk", BULK)) == {202: 4, 429: 16}
    again = await api.post("/posts/bulk", ann, json=BULK, headers=key)
    assert (again.status_code, again.json()) == (202, first.json())


async def test_nobody_plans_publications_without_end(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.post.publishing.PLANNED_AT_MOST", 3)
    ann, bob = await api.person(), await api.person()
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    later = {"title": "t", "body": "b", "publish_at": tomorrow.isoformat()}
    planned = [await api.post("/posts", ann, json=later) for _ in range(4)]
    assert [answer.status_code for answer in planned] == [201, 201, 201, 409]
    assert "3 publications of yours are planned" in planned[3].json()["detail"]
    assert (await api.post("/posts", bob, json=later)).status_code == 201
    job_id = (await api.get("/jobs?kind=publish_post", ann)).json()["items"][0]["id"]
    await end(api, job_id, State.SUCCEEDED)
    assert (await api.post("/posts", ann, json=later)).status_code == 201


async def test_nobody_has_two_exports_that_have_not_ended(api: Api) -> None:
    ann = await api.person()
    answers = await ask_at_once(api, ann, "/users/me/export")
    assert statuses(answers) == {202: AT_ONCE}
    [job_id] = {answer.json()["id"] for answer in answers}
    await end(api, job_id, State.SUCCEEDED)
    assert (await api.post("/users/me/export", ann)).json()["id"] != job_id


async def test_nobody_has_more_than_a_hundred_tokens_whatever_comes_at_once(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.user.tokens._MOST", 10)
    ann = await api.person()
    answers = await ask_at_once(api, ann, "/users/me/tokens", TOKEN)
    assert statuses(answers) == {201: 10, 409: AT_ONCE - 10}
