"""Two users and two tenants against every route: nobody sees or touches what is not theirs."""

from collections.abc import AsyncIterator
from typing import Any

import jwt
import pytest
import pytest_asyncio

from core.dependencies.container import Container
from domain.user import Role
from interface.http.app import create_api
from tests.conftest import fresh_api
from tests.support.api import PASSWORD, Api, Person
from tests.support.settings import SECRET

OF_POSTS = [
    ("GET", "/posts/{post}", None),
    ("PATCH", "/posts/{post}", {"title": "Mine"}),
    ("DELETE", "/posts/{post}", None),
    ("POST", "/posts/{post}/publish", None),
    ("POST", "/posts/{post}/unpublish", None),
    ("POST", "/posts/{post}/archive", None),
    ("POST", "/posts/{post}/restore", None),
    ("PATCH", "/posts/{post}/comments/1", {"body": "Mine"}),
    ("DELETE", "/posts/{post}/comments/1", None),
]
# what everyone may do to a published post
OPEN = [
    ("GET", "/posts/{post}/comments", None),
    ("GET", "/posts/{post}/comments/1", None),
    ("POST", "/posts/{post}/comments", {"body": "Mine"}),
    ("PUT", "/posts/{post}/favorite", None),
    ("DELETE", "/posts/{post}/favorite", None),
]
OTHERS = {
    ("GET", "/posts"),
    ("POST", "/posts"),
    ("GET", "/users/{username}"),
    ("GET", "/users/me"),
    ("PATCH", "/users/me"),
    ("GET", "/users"),
    ("PATCH", "/users/{username}"),
    ("PUT", "/users/{username}/follow"),
    ("DELETE", "/users/{username}/follow"),
    ("GET", "/jobs"),
    ("GET", "/jobs/{job_id}"),
    ("POST", "/jobs/{job_id}/replay"),
    ("POST", "/jobs/{job_id}/discard"),
    ("POST", "/posts/bulk"),
    # their tenant is in the link: see jobs/test_mails.py
    ("GET", "/mails/unsubscribe"),
    ("POST", "/mails/unsubscribe"),
    ("GET", "/tags"),
    ("POST", "/auth/register"),
    ("POST", "/auth/token"),
    ("POST", "/auth/refresh"),
    ("POST", "/auth/logout"),
}


@pytest_asyncio.fixture
async def other(container: Container) -> AsyncIterator[Api]:
    """Another tenant."""
    async with fresh_api(container) as api:
        yield api


def test_every_route_is_tried_here(container: Container) -> None:
    routes = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in create_api(container).openapi()["paths"].items()
        if path.startswith("/api/v1")
        for method in methods
    }
    tried = {
        (method, path.replace("{post}", "{post_id}").replace("/1", "/{number}"))
        for method, path, _ in OF_POSTS + OPEN
    }
    assert routes == (tried | OTHERS) - {("GET", "/posts/{post_id}")} | {("GET", "/posts/{key}")}


async def commented(api: Api, by: Person, status: str) -> dict[str, Any]:
    """A post that has a comment."""
    post = await api.write(by)
    await api.post(f"/posts/{post['id']}/comments", by, json={"body": "Hers"})
    if status == "draft":
        await api.post(f"/posts/{post['id']}/unpublish", by)
    found: dict[str, Any] = (await api.get(f"/posts/{post['id']}", by)).json()
    return found


@pytest.mark.parametrize(("method", "path", "body"), OF_POSTS + OPEN)
@pytest.mark.parametrize("status", ["draft", "published"])
async def test_posts_of_another_tenant_do_not_exist(
    api: Api, other: Api, method: str, path: str, body: dict[str, str] | None, status: str
) -> None:
    ann, stranger = await api.person(), await other.person(Role.ADMIN)
    post = await commented(api, ann, status)
    answer = await other.call(method, path.format(post=post["id"]), stranger, json=body)
    assert answer.status_code == 404
    by_slug = await other.get(f"/posts/{post['slug']}", stranger)
    assert by_slug.status_code == 404
    assert (await api.get(f"/posts/{post['id']}", ann)).json() == post


@pytest.mark.parametrize(("method", "path", "body"), OF_POSTS)
@pytest.mark.parametrize(("status", "refused"), [("draft", 404), ("published", 403)])
async def test_posts_of_another_user_stay_as_they_are(
    api: Api, method: str, path: str, body: dict[str, str] | None, status: str, refused: int
) -> None:
    ann, bob = await api.person(), await api.person()
    post = await commented(api, ann, status)
    answer = await api.call(method, path.format(post=post["id"]), bob, json=body)
    assert answer.status_code == (200 if method == "GET" and status == "published" else refused)
    unknown = await api.call(method, path.format(post=post["id"]), json=body)
    assert unknown.status_code == (answer.status_code if method == "GET" else 401)
    assert (await api.get(f"/posts/{post['id']}", ann)).json() == post


@pytest.mark.parametrize(("method", "path", "body"), OPEN)
async def test_what_is_open_on_published_posts_is_closed_on_drafts(
    api: Api, method: str, path: str, body: dict[str, str] | None
) -> None:
    ann, bob = await api.person(), await api.person(Role.READER)
    draft, post = [await commented(api, ann, status) for status in ("draft", "published")]
    assert (await api.call(method, path.format(post=post["id"]), bob, json=body)).is_success
    hidden = path.format(post=draft["id"])
    assert (await api.call(method, hidden, bob, json=body)).status_code == 404
    unknown = await api.call(method, hidden, json=body)
    assert unknown.status_code == (404 if method == "GET" else 401)


async def test_users_of_another_tenant_do_not_exist(api: Api, other: Api) -> None:
    ann, stranger = await api.person(), await other.person(Role.ADMIN)
    await api.write(ann, tags=["x"])
    path = f"/users/{ann.username}"
    assert (await other.get(path, stranger)).status_code == 404
    assert (await other.patch(path, stranger, json={"role": "reader"})).status_code == 404
    for method in ("PUT", "DELETE"):
        assert (await other.call(method, f"{path}/follow", stranger)).status_code == 404
    listed = (await other.get("/users", stranger)).json()["items"]
    assert [user["username"] for user in listed] == [stranger.username]
    assert (await other.get("/tags", stranger)).json() == {"items": []}


async def test_jobs_of_another_tenant_do_not_exist(api: Api, other: Api) -> None:
    ann, stranger = await api.person(), await other.person(Role.ADMIN)
    operations = [{"op": "create", "title": "t", "body": "b"}]
    job = (await api.post("/posts/bulk", ann, json={"operations": operations})).json()
    path = f"/jobs/{job['id']}"
    for method, address in (("GET", path), ("POST", f"{path}/replay"), ("POST", f"{path}/discard")):
        assert (await other.call(method, address, stranger)).status_code == 404
    assert (await other.get("/jobs", stranger)).json()["items"] == []
    assert (await api.get("/jobs", ann)).json()["total"] == 1


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
