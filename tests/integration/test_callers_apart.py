"""Every GET of the API, cached and all at once: as nobody and as two users, in two tenants."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest_asyncio
from httpx import Response

from core.dependencies.container import Container
from domain.caller import Role
from tests.conftest import fresh_api
from tests.support.aggregates import READS, all_samples
from tests.support.api import Api, Person
from tests.support.jobs import ended
from tests.support.routes import Blog

# beside every GET of the API: where both tenants have something at one address
PATHS = (
    "/posts/a-title",
    "/posts/hidden",
    "/posts/{draft}",
    "/posts/{draft}/comments",
    "/posts/{draft}/comments/1",
    "/posts?favorited_by=ann",
    "/users/ann",
    "/users/bob",
)


@dataclass(frozen=True)
class Caller:
    """Somebody in one tenant, and what they ask for."""

    api: Api
    person: Person | None
    paths: list[str]

    async def read(self, path: str, **headers: str) -> Response:
        return await self.api.get(path, self.person, headers=headers)


@pytest_asyncio.fixture
async def callers(container: Container) -> AsyncIterator[list[Caller]]:
    async with AsyncExitStack() as stack:
        apis = [await stack.enter_async_context(fresh_api(container)) for _ in range(2)]
        yield [caller for number, api in enumerate(apis) for caller in await people(api, number)]


async def people(api: Api, number: int) -> list[Caller]:
    """The same names and titles in each tenant, and other texts."""
    ann, bob = await api.person(name="ann"), await api.person(Role.ADMIN, name="bob")
    post = await api.write(ann, body=f"Of tenant {number}", tags=["shared", f"own{number}"])
    draft = await api.write(ann, title="Hidden", status="draft")
    for path in (f"/posts/{post['id']}/favorite", "/users/bob/follow"):
        (await api.call("PUT", path, ann)).raise_for_status()
    await api.write(bob, title="By bob", body=f"Of tenant {number}")
    deletion = {"operations": [{"op": "delete", "id": draft["id"]}]}
    asked = (await api.post("/posts/bulk", bob, json=deletion)).json()
    await ended(api, bob, asked["id"])
    said = {"body": f"Said in tenant {number}"}
    await api.post(f"/posts/{post['id']}/comments", bob, json=said)
    samples = await all_samples(Blog(api.call, ann, bob)) | {"draft": draft["id"]}
    paths = [path.format(**samples) for path in (*PATHS, *(read.path for read in READS))]
    return [Caller(api, person, paths) for person in (None, ann, bob)]


async def test_nobody_gets_anothers_answer(callers: list[Caller]) -> None:
    asked = [(caller, path) for caller in callers for path in caller.paths]
    past = {"Cache-Control": "no-cache"}
    expected = [await caller.read(path, **past) for caller, path in asked]
    order = random.choices(range(len(asked)), k=len(asked)) + list(range(len(asked)))
    by_cache = set()
    for start in range(0, len(order), 50):
        some = order[start : start + 50]
        answers = await asyncio.gather(*(asked[n][0].read(asked[n][1]) for n in some))
        for n, answer in zip(some, answers, strict=True):
            assert said(answer) == said(expected[n]), (asked[n][1], asked[n][0].person)
            by_cache.add(answer.headers.get("X-Cache"))
    assert "HIT" in by_cache


def said(answer: Response) -> tuple[object, ...]:
    names = ("ETag", "Link", "Cache-Control", "Vary", "Content-Type")
    headers = tuple(answer.headers.get(name) for name in names)
    return answer.status_code, *headers, answer.json() | {"request_id": None}
