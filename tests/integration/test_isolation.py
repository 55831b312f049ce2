"""Two users and two tenants against every route: nobody sees or touches what is not theirs."""

from collections.abc import AsyncIterator

import jwt
import pytest
import pytest_asyncio

from core.dependencies.container import Container
from domain.caller import Role
from tests.conftest import fresh_api
from tests.support.aggregates import TRIALS_TOGETHER
from tests.support.api import PASSWORD, Api, Person
from tests.support.routes import Blog, Trial, people
from tests.support.settings import SECRET


@pytest_asyncio.fixture
async def other(container: Container) -> AsyncIterator[Api]:
    """Another tenant."""
    async with fresh_api(container) as api:
        yield api


@pytest.mark.one_database
@pytest.mark.parametrize("trials", TRIALS_TOGETHER, ids=lambda trials: str(trials[0]))
async def test_what_another_tenant_has_does_not_exist(
    api: Api, other: Api, trials: list[Trial]
) -> None:
    """Their lists stay as they are, one by one there is nothing, and nothing of it changes."""
    callers, table = await people(api, "owner", "editor", "admin"), trials[0].table
    stranger = await other.person(Role.ADMIN)
    theirs = await table.shown(other, stranger, {})
    samples = await trials[0].samples(Blog.of(api, callers))
    assert await table.shown(other, stranger, {}) == theirs
    before = await table.shown(api, callers["admin"], samples)
    for trial in trials:
        # one of them may end the stranger's own login
        stranger = await other.person(Role.ADMIN)
        answer = await trial.route.call(other, stranger, samples)
        assert answer.status_code == 404 or not trial.route.names, str(trial)
    assert await table.shown(api, callers["admin"], samples) == before


async def test_lists_show_ones_own_tenant_alone(api: Api, other: Api) -> None:
    ann, stranger = await api.person(), await other.person(Role.ADMIN)
    for status in ("draft", "published"):
        await api.write(ann, status=status, tags=["x"])
    queries = ["", "?tag=x", "?status=draft", "?status=deleted", "?q=title", "?sort=title"]
    queries += [f"?author={ann.username}", f"?favorited_by={ann.username}"]
    for query in (*queries, "?tag=x&tag=x&q=body", "?feed=following"):
        assert (await other.get(f"/posts{query}", stranger)).json()["total"] == 0
    assert (await other.get(f"/users/{ann.username}")).status_code == 404


async def test_names_and_slugs_are_free_in_another_tenant(api: Api, other: Api) -> None:
    posts = []
    for blog in (api, other):
        person = await blog.person(name="same")
        posts.append(await blog.write(person, slug="same"))
    assert posts[0]["id"] != posts[1]["id"]


async def test_tokens_are_good_in_their_own_tenant_alone(api: Api, other: Api) -> None:
    ann = await api.person()
    await other.person(name=ann.username)
    for path in ("/posts", "/users/me"):
        assert (await other.get(path, ann)).status_code == 401
    body = {"refresh_token": ann.refresh_token}
    assert (await other.post("/auth/refresh", json=body)).status_code == 401
    assert (await other.post("/auth/logout", json=body)).status_code == 204
    assert (await api.post("/auth/refresh", json=body)).status_code == 200


async def test_a_login_is_good_in_its_own_tenant_alone(api: Api, other: Api) -> None:
    ann = await api.person()
    form = {"username": ann.username, "password": PASSWORD}
    assert (await other.post("/auth/token", data=form)).status_code == 401


async def test_nobody_changes_another_account(api: Api) -> None:
    ann, bob = await api.person(), await api.person()
    await api.patch("/users/me", bob, json={"bio": "Bob's"})
    assert (await api.get(f"/users/{ann.username}")).json()["bio"] is None


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "user", "tenant_id": "018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e"},
        {"aud": "tenant"},
        {"aud": "tenant", "tenant_id": "nobody"},
        {"aud": "tenant", "tenant_id": None},
        {"aud": "tenant", "tenant_id": "018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e", "exp": 1},
    ],
)
async def test_a_tenant_token_must_be_whole(api: Api, claims: dict[str, str]) -> None:
    token = jwt.encode(claims, SECRET, algorithm="HS256")
    answer = await api.get("/posts", headers={"X-Tenant-Token": token})
    assert answer.status_code == 401


async def test_without_a_tenant_token_it_is_the_default_tenant(api: Api) -> None:
    ann: Person = await api.person()
    post = await api.write(ann)
    del api.client.headers["X-Tenant-Token"]
    assert (await api.get(f"/posts/{post['id']}")).status_code == 404
