"""`Idempotency-Key` on POSTs of those who are signed in, on both kinds of database."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import select, update

from infra.database.tables import answers
from tests.support.api import Api, Person

BODY = {"title": "Once", "body": "b", "status": "published"}


@pytest.fixture
async def ann(api: Api) -> Person:
    return await api.person()


async def create(api: Api, by: Person | None, key: str = "k", **body: Any) -> Response:
    return await api.post("/posts", by, json=BODY | body, headers={"Idempotency-Key": key})


async def total(api: Api, by: Person) -> int:
    found: int = (await api.get(f"/posts?author={by.username}", by)).json()["total"]
    return found


def is_replay(answer: Response) -> bool:
    return "Idempotency-Replayed" in answer.headers


async def test_the_first_answer_comes_again(api: Api, ann: Person) -> None:
    first = await create(api, ann)
    again = await create(api, ann)
    assert (first.status_code, is_replay(first)) == (201, False)
    assert (again.status_code, is_replay(again)) == (201, True)
    assert again.content == first.content
    for name in ("Location", "ETag", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    assert "Consistency-Token" in again.headers
    assert await total(api, ann) == 1
    # as it was, whatever became of the post
    await api.patch(f"/posts/{first.json()['id']}", ann, json={"title": "Changed"})
    assert (await create(api, ann)).content == first.content


async def test_20_at_once_are_one(api: Api, ann: Person) -> None:
    sent = await asyncio.gather(*(create(api, ann) for _ in range(20)))
    statuses = Counter((answer.status_code, is_replay(answer)) for answer in sent)
    assert statuses[201, False] == 1
    assert statuses[201, True] + statuses[409, False] == 19
    assert await total(api, ann) == 1


async def test_another_body_is_refused(api: Api, ann: Person) -> None:
    await create(api, ann)
    answer = await create(api, ann, title="Another")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert await total(api, ann) == 1


async def test_another_user_path_or_key_is_another_request(api: Api, ann: Person) -> None:
    bob = await api.person()
    posts = [await create(api, ann), await create(api, bob), await create(api, ann, "k2")]
    assert len({post.json()["id"] for post in posts}) == 3
    said = {"body": "Once"}
    paths = [f"/posts/{post.json()['id']}/comments" for post in posts[:2]]
    for _ in range(2):
        for path in paths:
            answer = await api.post(path, ann, json=said, headers={"Idempotency-Key": "k"})
            assert answer.json()["number"] == 1


@pytest.mark.parametrize("step", ["publish", "unpublish", "archive", "restore"])
async def test_every_step_of_a_post_may_be_sent_again(api: Api, ann: Person, step: str) -> None:
    post = await api.write(ann, status="draft" if step == "publish" else "published")
    path = f"/posts/{post['id']}"
    if step == "restore":
        await api.delete(path, ann)
    key = {"Idempotency-Key": step}
    first, again = [await api.post(f"{path}/{step}", ann, headers=key) for _ in range(2)]
    assert first.is_success
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert is_replay(again)


async def test_no_body_is_as_good_as_an_empty_one(api: Api, ann: Person) -> None:
    path, key = f"/posts/{(await api.write(ann))['id']}/archive", {"Idempotency-Key": "k"}
    await api.post(path, ann, headers=key)
    assert is_replay(await api.post(path, ann, headers=key, json={}))
    other = await api.post(path, ann, headers=key | {"If-Match": '"1-"'})
    assert other.status_code == 422


async def test_a_failed_command_leaves_no_key(api: Api, ann: Person) -> None:
    await api.write(ann, slug="taken")
    refused = await create(api, ann, slug="taken")
    assert refused.status_code == 409
    assert (await create(api, ann)).status_code == 201
    assert not is_replay(await create(api, ann, "k2"))


async def test_after_24_hours_it_is_a_new_request(api: Api, ann: Person) -> None:
    first = await create(api, ann)
    await age(api, timedelta(hours=23, minutes=59))
    assert is_replay(await create(api, ann))
    await age(api, timedelta(minutes=2))
    later = await create(api, ann, title="Another body")
    assert (later.status_code, is_replay(later)) == (201, False)
    assert later.json()["id"] != first.json()["id"]


async def age(api: Api, by: timedelta) -> None:
    """Let all answers have been given earlier."""
    async with api.container._resources.primary.engine.begin() as connection:
        of_tenant = answers.c.tenant == api.tenant
        rows = (await connection.execute(select(answers).where(of_tenant))).all()
        for row in rows:
            older = update(answers).where(of_tenant, answers.c.address == row.address)
            await connection.execute(older.values(given_at=row.given_at - by))


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_a_bad_key_is_refused(api: Api, ann: Person, key: str) -> None:
    answer = await create(api, ann, key)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert (await create(api, ann, "x" * 255)).status_code == 201


async def test_who_is_not_signed_in_is_refused_before(api: Api) -> None:
    assert (await create(api, None)).status_code == 401


@asynccontextmanager
async def held(api: Api, ann: Person) -> AsyncIterator[None]:
    """A request with the key `k` that has begun and does not end."""
    async with api.container._resources.primary.engine.connect() as connection:
        first = await create(api, ann)
        assert first.status_code == 201
        of_tenant = answers.c.tenant == api.tenant
        await connection.execute(
            update(answers).where(of_tenant).values(given_at=datetime.now(UTC))
        )
        yield
        await connection.rollback()


async def test_one_that_still_runs_after_3_seconds_is_a_conflict(api_on_mysql: Api) -> None:
    api = api_on_mysql
    ann = await api.person()
    async with held(api, ann):
        answer = await create(api, ann)
    assert (answer.status_code, answer.json()["type"].split(":")[-1]) == (409, "still-running")
    assert is_replay(await create(api, ann))


async def stored(api: Api) -> Any:
    async with api.container._resources.reads.primary.connect() as connection:
        found = select(answers).where(answers.c.tenant == api.tenant)
        return (await connection.execute(found)).one()


async def test_a_long_answer_is_stored_compressed(api: Api, ann: Person) -> None:
    words = " ".join(f"word {number} of many" for number in range(50_000))
    first = await create(api, ann, body=words)
    assert len(first.content) > 900_000
    assert len((await stored(api)).content) < 200_000
    again = await create(api, ann, body=words)
    assert (again.content, is_replay(again)) == (first.content, True)
    assert "Content-Encoding" not in again.headers


async def test_an_answer_that_an_earlier_version_stored_comes_again(api: Api, ann: Person) -> None:
    first = await create(api, ann, body="as it was " * 100)
    row = await stored(api)
    headers = {name: said for name, said in row.headers.items() if name != "content-encoding"}
    async with api.container._resources.primary.engine.begin() as connection:
        before = update(answers).where(answers.c.tenant == api.tenant)
        await connection.execute(before.values(headers=headers, content=first.content))
    again = await create(api, ann, body="as it was " * 100)
    assert (again.content, is_replay(again)) == (first.content, True)


async def test_an_earlier_version_can_send_what_is_stored(api: Api, ann: Person) -> None:
    """It sends headers and content as they are, and a client unpacks the content by them."""
    first = await create(api, ann, body="as it is " * 100)
    row = await stored(api)
    sent = Response(row.status, headers=row.headers, content=row.content)
    assert sent.json() == first.json()
