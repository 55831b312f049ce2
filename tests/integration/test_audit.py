"""The audit trail: each entry says who did what to whom, from where, and admins alone read it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from domain.caller import Role
from tests.blog.licence import GIVEN, OFFER
from tests.support.api import PASSWORD, Api, Person

pytestmark = pytest.mark.one_database

Entry = tuple[str | None, str | None, str | None]


@pytest.fixture
async def admin(api: Api) -> Person:
    return await api.person(Role.ADMIN)


async def entries(api: Api, admin: Person, **filters: str) -> list[dict[str, Any]]:
    query = "&".join(f"{name}={quote(value)}" for name, value in filters.items())
    answer = await api.get(f"/audit?limit=100&{query}", admin)
    found: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
    return found


async def noted(api: Api, admin: Person, action: str) -> list[Entry]:
    found = await entries(api, admin, action=action)
    return [(each["actor"], each["whom"], each["what"]) for each in found]


async def test_it_may_be_asked_for_since_long_ago(api: Api) -> None:
    admin = await api.log_in(await api.person(Role.ADMIN))
    answer = await api.get("/audit?since=1223-11-11T22:45:07%2B05:21", admin)
    assert len(answer.json()["items"]) > 0


async def test_logins_are_noted_and_failed_ones(api: Api, admin: Person) -> None:
    ann = await api.person()
    for username, password in ((ann.username, PASSWORD), (ann.username, "no"), ("nobody", "no")):
        await api.post("/auth/token", data={"username": username, "password": password})
    name = ann.username
    assert (name, name, None) in await noted(api, admin, "logged_in")
    failed: list[Entry] = [(None, None, None), (None, name, None)]
    assert await noted(api, admin, "login_failed") == failed
    assert {each["address"] for each in await entries(api, admin, action="login_failed")} == {
        "127.0.0.1"
    }


async def test_what_admins_do_to_others_is_noted(api: Api, admin: Person) -> None:
    bob = await api.person()
    for patch in (
        {"role": "editor"},
        {"is_active": False},
        {"is_active": True},
        {"role": "editor"},
    ):
        path = f"/users/{bob.username}"
        (await api.patch(path, admin, json=patch)).raise_for_status()
    by = admin.username, bob.username
    assert (*by, "author to editor") in await noted(api, admin, "role_changed")
    assert await noted(api, admin, "account_closed") == [(*by, None)]
    assert await noted(api, admin, "account_opened") == [(*by, None)]


async def test_what_people_do_to_their_accounts_is_noted(api: Api, admin: Person) -> None:
    ann = await api.person()
    patch = {"password": "an altogether new one", "current_password": PASSWORD}
    (await api.patch("/users/me", ann, json=patch)).raise_for_status()
    token = {"name": "Backup", "scopes": ["read"]}
    made = (await api.post("/users/me/tokens", ann, json=token)).json()
    (await api.delete(f"/users/me/tokens/{made['id']}", ann)).raise_for_status()
    (await api.delete("/users/me/sessions", ann)).raise_for_status()
    own = ann.username, ann.username
    assert await noted(api, admin, "password_changed") == [(*own, None)]
    assert await noted(api, admin, "token_made") == [(*own, f"{made['prefix']} read Backup")]
    assert await noted(api, admin, "token_revoked") == [(*own, made["id"])]
    assert await noted(api, admin, "session_ended") == [(*own, "all others")]
    body = {"current_password": patch["password"]}
    (await api.call("DELETE", "/users/me", ann, json=body)).raise_for_status()
    [(actor, whom, _)] = await noted(api, admin, "account_deleted")
    # the trail names nobody who is gone
    assert actor == whom == f"deleted-{ann.id.hex[-16:]}"


async def test_deletions_are_noted(api: Api, admin: Person) -> None:
    ann, bob = await api.person(), await api.person()
    post = await api.write(ann, title="Ink")
    comment = (await api.post(f"/posts/{post['id']}/comments", bob, json={"body": "b"})).json()
    path = f"/posts/{post['id']}/comments/{comment['number']}"
    (await api.delete(path, admin)).raise_for_status()
    (await api.delete(f"/posts/{post['id']}", admin)).raise_for_status()
    what = f"comment {comment['number']} of {post['id']}"
    assert await noted(api, admin, "comment_deleted") == [(admin.username, bob.username, what)]
    what = f"{post['id']} Ink"
    assert await noted(api, admin, "post_deleted") == [(admin.username, ann.username, what)]


async def test_what_becomes_of_licences_is_noted(api: Api, admin: Person) -> None:
    bob, post = await api.person(), await api.write(admin)
    licence = (await api.post("/licences", admin, json=GIVEN)).json()
    path, grant = f"/licences/{licence['id']}", f"/posts/{post['id']}/grants/{bob.username}"
    for name in ("A", "A"):
        (await api.patch(path, admin, json={"holder": name})).raise_for_status()
    body = OFFER | {"post_id": post["id"]}
    (await api.post(f"{path}/offers", admin, json=body)).raise_for_status()
    for method in ("PUT", "DELETE", "DELETE"):
        (await api.call(method, grant, admin)).raise_for_status()
    for ended in (f"{path}/offers/1", f"{path}/offers/1", path):
        (await api.delete(ended, admin)).raise_for_status()
    for action, whom, what in (
        ("licence_made", None, f"{licence['id']} from"),
        ("licence_changed", None, f"{licence['id']} from"),
        ("offer_made", None, f"1 of {licence['id']} on {post['id']}: 250 EUR from"),
        ("grant_made", bob.username, post["id"]),
        ("grant_revoked", bob.username, post["id"]),
        ("offer_withdrawn", None, f"1 of {licence['id']} on {post['id']}: 250 EUR from"),
        ("licence_deleted", None, f"{licence['id']} from"),
    ):
        [(by, to, about)] = await noted(api, admin, action)
        assert (by, to, str(about)[: len(what)]) == (admin.username, whom, what)


async def test_what_is_refused_leaves_no_entry(api: Api, admin: Person) -> None:
    ann, bob = await api.person(), await api.person()
    post = await api.write(ann)
    assert (await api.delete(f"/posts/{post['id']}", bob)).status_code == 403
    patch = {"password": "an altogether new one", "current_password": "no"}
    assert (await api.patch("/users/me", ann, json=patch)).status_code == 422
    assert await noted(api, admin, "post_deleted") == []
    assert await noted(api, admin, "password_changed") == []


async def test_entries_are_found_by_actor_and_time(api: Api, admin: Person) -> None:
    ann = await api.log_in(await api.person())
    await api.log_in(await api.person())
    [entry] = await entries(api, admin, actor=ann.username.upper())
    assert (entry["actor"], entry["action"]) == (ann.username, "logged_in")
    assert datetime.now(UTC) - datetime.fromisoformat(entry["at"]) < timedelta(minutes=1)
    later = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    assert await entries(api, admin, since=later) == []
    everything = await entries(api, admin)
    assert [each["id"] for each in everything] == sorted(
        (each["id"] for each in everything), reverse=True
    )


async def test_a_tenant_sees_its_own_trail(api: Api, admin: Person) -> None:
    await api.log_in(await api.person())
    del api.client.headers["X-Tenant-Token"]
    assert (await api.get("/audit", admin)).status_code == 401
