"""Logins and personal tokens: who has which, what they may do, and how they end."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import Response
from sqlalchemy import select, update

from domain.caller import Role
from infra.blog.user.table import personal_tokens
from tests.support.api import PASSWORD, Api, Person
from tests.support.waiting import until_answered

pytestmark = pytest.mark.one_database

POST = {"title": "t", "body": "b"}


@pytest.fixture
async def ann(api: Api) -> Person:
    return await api.person()


async def new_token(api: Api, by: Person, *scopes: str, **fields: Any) -> dict[str, Any]:
    body = {"name": "Backup", "scopes": scopes} | fields
    answer = await api.post("/users/me/tokens", by, json=body)
    made: dict[str, Any] = answer.raise_for_status().json()
    return made


def bearer(token: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {token['token']}"}


async def sessions(api: Api, by: Person) -> list[dict[str, Any]]:
    answer = await api.get("/users/me/sessions", by)
    found: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
    return found


async def test_sessions_are_the_logins_that_stand(api: Api, ann: Person) -> None:
    form = {"username": ann.username, "password": PASSWORD}
    agent = {"User-Agent": "x" * 10_000}
    tokens = (await api.post("/auth/token", data=form, headers=agent)).json()
    newest, first = await sessions(api, ann)
    assert (newest["client"], newest["current"], first["current"]) == ("x" * 200, False, True)
    assert newest["created_at"] > first["created_at"]
    assert (await api.delete(f"/users/me/sessions/{newest['id']}", ann)).status_code == 204
    assert (await api.delete(f"/users/me/sessions/{newest['id']}", ann)).status_code == 404
    assert [each["id"] for each in await sessions(api, ann)] == [first["id"]]
    other = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert (await api.post("/posts", headers=other, json=POST)).status_code == 401
    await until_answered(lambda: api.get("/posts", headers=other), 401, within=1)


async def test_all_other_sessions_end_at_once(api: Api, ann: Person) -> None:
    others = [Person(ann.username, ann.id, "", "") for _ in range(3)]
    for other in others:
        await api.log_in(other)
    assert (await api.delete("/users/me/sessions", ann)).status_code == 204
    [present] = await sessions(api, ann)
    assert present["current"]
    for other in others:
        assert (await api.post("/posts", other, json=POST)).status_code == 401


async def test_nobody_ends_the_sessions_of_others(api: Api, ann: Person) -> None:
    bob = await api.person()
    [session] = await sessions(api, ann)
    assert (await api.delete(f"/users/me/sessions/{session['id']}", bob)).status_code == 404
    token = await new_token(api, ann, "read")
    assert (await api.delete(f"/users/me/tokens/{token['id']}", bob)).status_code == 404
    assert (await api.get("/users/me/tokens", bob)).json() == {"items": []}


async def test_a_token_is_shown_once(api: Api, ann: Person) -> None:
    token = await new_token(api, ann, "write", "read")
    assert token["token"].startswith(token["prefix"])
    assert token["scopes"] == ["read", "write"]
    [listed] = (await api.get("/users/me/tokens", ann)).json()["items"]
    assert listed == {name: value for name, value in token.items() if name != "token"}


async def last_use(api: Api, token: dict[str, Any]) -> datetime | None:
    own = personal_tokens.c.tenant == api.tenant, personal_tokens.c.id == UUID(token["id"])
    async with api.container._resources.reads.primary.connect() as connection:
        found = await connection.execute(select(personal_tokens.c.last_used_at).where(*own))
        used: datetime | None = found.scalar_one()
        return used


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_use_is_noted_once_a_minute(api: Api, ann: Person, method: str) -> None:
    token, body = await new_token(api, ann, "write"), POST if method == "POST" else None
    personal = api.container._resources.personal_tokens
    assert personal
    assert await last_use(api, token) is None
    for _ in range(2):
        answer = await api.call(method, "/posts", headers=bearer(token), json=body)
        assert answer.is_success
    await personal.uses.store()
    first = await last_use(api, token)
    assert first is not None
    personal.uses._seen.clear()  # as in another process, which has not seen it
    assert (await api.call(method, "/posts", headers=bearer(token), json=body)).is_success
    assert (api.tenant, UUID(token["id"])) in personal.uses._seen
    await personal.uses.store()
    assert await last_use(api, token) == first
    await set_last_use(api, token, first - timedelta(seconds=61))
    personal.uses._seen.clear()
    assert (await api.call(method, "/posts", headers=bearer(token), json=body)).is_success
    await personal.uses.store()
    latest = await last_use(api, token)
    assert latest is not None
    assert latest >= first


async def set_last_use(api: Api, token: dict[str, Any], at: datetime) -> None:
    own = personal_tokens.c.tenant == api.tenant, personal_tokens.c.id == UUID(token["id"])
    async with api.container._resources.primary.engine.begin() as connection:
        await connection.execute(update(personal_tokens).where(*own).values(last_used_at=at))


async def test_a_running_process_stores_uses_by_itself(api: Api, ann: Person) -> None:
    token = await new_token(api, ann, "read")

    async def noted() -> Response:
        found = (await api.get("/users/me/tokens", ann)).json()["items"][0]["last_used_at"]
        return Response(200 if found else 404)

    await api.get("/posts", headers=bearer(token))
    await until_answered(noted, 200, within=15)


CHANGES: list[tuple[str, str, Any]] = [
    ("POST", "/posts", POST),
    ("POST", "/users/me/verification", None),
    ("PATCH", "/users/me", {"bio": "b"}),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
@pytest.mark.parametrize(("scope", "may"), [("read", False), ("write", True), ("admin", True)])
async def test_a_scope_allows_what_it_says(
    api: Api, ann: Person, method: str, path: str, body: Any, scope: str, may: bool
) -> None:
    headers = bearer(await new_token(api, ann, scope))
    assert (await api.get("/users/me", headers=headers)).json()["username"] == ann.username
    answer = await api.call(method, path, headers=headers, json=body)
    assert (answer.status_code < 300) == may
    assert may or answer.status_code == 403


async def test_a_hit_is_served_to_a_token_too(api: Api, ann: Person) -> None:
    await api.write(ann)
    headers = bearer(await new_token(api, ann, "read"))
    await api.get("/posts", headers=headers)
    answer = await api.get("/posts", headers=headers)
    assert (answer.status_code, answer.headers["X-Cache"]) == (200, "HIT")


async def test_the_scope_admin_is_what_the_role_allows(api: Api, ann: Person) -> None:
    admin = await api.person(Role.ADMIN)
    of_author = bearer(await new_token(api, ann, "admin"))
    of_admin = bearer(await new_token(api, admin, "admin"))
    writing = bearer(await new_token(api, admin, "write"))
    statuses = [
        (await api.get("/users", headers=headers)).status_code
        for headers in (of_author, writing, of_admin)
    ]
    assert statuses == [403, 403, 200]


async def test_a_token_loses_what_its_user_loses(api: Api) -> None:
    admin = await api.person(Role.ADMIN)
    headers = bearer(await new_token(api, admin, "admin"))
    assert (await api.get("/users", headers=headers)).status_code == 200
    await api.give_role(admin, Role.AUTHOR)
    patch = await api.patch(f"/users/{admin.username}", headers=headers, json={"role": "admin"})
    assert patch.status_code in (401, 403)
    await until_answered(lambda: api.get("/users", headers=headers), 403, within=1)


@pytest.mark.parametrize("end", ["revoked", "expired", "closed"])
async def test_a_token_ends(api: Api, ann: Person, end: str) -> None:
    soon = {"expires_at": (datetime.now(UTC) + timedelta(seconds=1)).isoformat()}
    token = await new_token(api, ann, "write", **(soon if end == "expired" else {}))
    headers = bearer(token)
    assert (await api.post("/posts", headers=headers, json=POST)).status_code == 201
    if end == "revoked":
        (await api.delete(f"/users/me/tokens/{token['id']}", ann)).raise_for_status()
    if end == "closed":
        admin, closed = await api.person(Role.ADMIN), {"is_active": False}
        (await api.patch(f"/users/{ann.username}", admin, json=closed)).raise_for_status()
    if end != "expired":
        assert (await api.post("/posts", headers=headers, json=POST)).status_code == 401
    await until_answered(lambda: api.get("/posts", headers=headers), 401, within=2)
    assert (await api.post("/posts", headers=headers, json=POST)).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/users/me/tokens", {"name": "Another", "scopes": ["admin"]}),
        ("GET", "/users/me/tokens", None),
        ("GET", "/users/me/sessions", None),
        ("DELETE", "/users/me/sessions", None),
        ("PATCH", "/users/me", {"password": "another one", "current_password": PASSWORD}),
        ("PATCH", "/users/me", {"email": "new@x.org", "current_password": PASSWORD}),
    ],
)
async def test_a_token_takes_no_account(
    api: Api, ann: Person, method: str, path: str, body: Any
) -> None:
    headers = bearer(await new_token(api, ann, "admin"))
    answer: Response = await api.call(method, path, headers=headers, json=body)
    assert (answer.status_code, "log in" in answer.text) == (403, True)


@pytest.mark.parametrize("text", ["bs_", "bs_" + "x" * 43, "bs_" + "x" * 5_000])
async def test_a_made_up_token_is_refused(api: Api, text: str) -> None:
    assert (await api.get("/posts", headers=bearer({"token": text}))).status_code == 401


async def test_a_token_is_of_its_tenant(api: Api, ann: Person) -> None:
    token = await new_token(api, ann, "read")
    del api.client.headers["X-Tenant-Token"]
    assert (await api.get("/posts", headers=bearer(token))).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"name": "", "scopes": ["read"]},
        {"name": "n", "scopes": []},
        {"name": "n", "scopes": ["all"]},
        {"name": "n" * 101, "scopes": ["read"]},
        {"name": "n", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"},
        {"name": "n", "scopes": ["read"], "expires_at": "2030-01-01T00:00:00"},
    ],
)
async def test_a_bad_token_is_not_made(api: Api, ann: Person, body: Any) -> None:
    assert (await api.post("/users/me/tokens", ann, json=body)).status_code == 422


async def test_nobody_has_more_than_a_hundred_tokens(api: Api, ann: Person) -> None:
    for _ in range(100):
        token = await new_token(api, ann, "read")
    body = {"name": "One more", "scopes": ["read"]}
    assert (await api.post("/users/me/tokens", ann, json=body)).status_code == 409
    (await api.delete(f"/users/me/tokens/{token['id']}", ann)).raise_for_status()
    assert (await api.post("/users/me/tokens", ann, json=body)).status_code == 201
