"""What admins do to accounts, on both kinds of database."""

import asyncio
from typing import Any

import pytest

from domain.caller import Role
from tests.support.api import PASSWORD, Api, Person

pytestmark = pytest.mark.one_database


@pytest.fixture
async def admin(api: Api) -> Person:
    return await api.person(Role.ADMIN)


async def names(api: Api, query: str, by: Person) -> list[str]:
    answer = (await api.get(f"/users?{query}", by)).raise_for_status()
    return [user["username"] for user in answer.json()["items"]]


async def change(api: Api, user: Person, by: Person, **rights: Any) -> dict[str, Any]:
    answer = await api.patch(f"/users/{user.username}", by, json=rights)
    changed: dict[str, Any] = answer.raise_for_status().json()
    return changed


async def test_users_are_listed_by_name(api: Api, admin: Person) -> None:
    people = {name: await api.person(name=name) for name in ("bob", "Ann", "eve_100%", "émile")}
    everyone = ["Ann", "bob", "eve_100%", admin.username, "émile"]
    assert await names(api, "", admin) == everyone
    assert await names(api, "q=AN", admin) == ["Ann"]
    assert await names(api, "q=b@exam", admin) == ["bob"]
    assert await names(api, "q=%25", admin) == ["eve_100%"], "no wildcards"
    assert await names(api, "q=_", admin) == ["eve_100%"]
    assert await names(api, f"role=admin&q={admin.username}", admin) == [admin.username]
    await change(api, people["bob"], admin, role="reader")
    assert await names(api, "role=reader", admin) == ["bob"]
    page = await api.get("/users?limit=2", admin)
    assert (page.json()["total"], len(page.json()["items"])) == (5, 2)
    following = page.links["next"]["url"].split("/api/v1/users?")[1]
    assert await names(api, following, admin) == everyone[2:4]
    assert await names(api, "offset=3", admin) == everyone[3:]


async def test_admins_see_what_others_do_not(api: Api, admin: Person) -> None:
    bob = await api.person()
    [shown] = (await api.get(f"/users?q={bob.username}", admin)).json()["items"]
    assert shown["email"] == bob.email
    assert (shown["role"], shown["is_active"], shown["id"]) == ("author", True, str(bob.id))
    assert "password_hash" not in shown


@pytest.mark.parametrize("role", [Role.READER, Role.AUTHOR, Role.EDITOR])
async def test_only_admins_administer(api: Api, role: Role) -> None:
    caller, bob = await api.person(role), await api.person()
    assert (await api.get("/users", caller)).status_code == 403
    answer = await api.patch(f"/users/{bob.username}", caller, json={"role": "admin"})
    assert answer.status_code == 403
    assert (await api.get("/users")).status_code == 401
    assert (await api.patch(f"/users/{bob.username}", json={})).status_code == 401


async def test_a_new_role_binds_at_the_next_refresh(api: Api, admin: Person) -> None:
    bob = await api.person()
    assert (await change(api, bob, admin, role="editor"))["role"] == "editor"
    post = await api.write(admin, status="draft")
    assert (await api.get(f"/posts/{post['id']}", bob)).status_code == 404
    answer = await api.post("/auth/refresh", json={"refresh_token": bob.refresh_token})
    bob.access_token = answer.json()["access_token"]
    assert (await api.get(f"/posts/{post['id']}", bob)).status_code == 200


async def test_a_closed_account_ends_all_its_logins(api: Api, admin: Person) -> None:
    bob = await api.person()
    assert (await change(api, bob, admin, is_active=False))["is_active"] is False
    form = {"username": bob.username, "password": PASSWORD}
    assert (await api.post("/auth/token", data=form)).status_code == 401
    refresh = {"refresh_token": bob.refresh_token}
    assert (await api.post("/auth/refresh", json=refresh)).status_code == 401
    assert (await api.get(f"/users/{bob.username}")).status_code == 200
    opened = await change(api, bob, admin, is_active=True)
    assert (opened["is_active"], opened["role"]) == (True, "author")
    assert (await api.post("/auth/refresh", json=refresh)).status_code == 401
    await api.log_in(bob)


async def test_there_is_always_an_admin(api: Api, admin: Person) -> None:
    for rights in ({"role": "reader"}, {"is_active": False}, {}):
        answer = await api.patch(f"/users/{admin.username.upper()}", admin, json=rights)
        assert answer.status_code == 409


@pytest.mark.parametrize(
    ("rights", "field"),
    [
        ({"role": "king"}, "role"),
        ({"role": None}, "role"),
        ({"is_active": None}, "is_active"),
        ({"is_active": "perhaps"}, "is_active"),
        ({"username": "x"}, "username"),
    ],
)
async def test_bad_rights_name_their_field(
    api: Api, admin: Person, rights: dict[str, Any], field: str
) -> None:
    bob = await api.person()
    answer = await api.patch(f"/users/{bob.username}", admin, json=rights)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert (await api.patch("/users/nobody", admin, json={})).status_code == 404


async def test_two_admins_cannot_demote_each_other(api: Api, admin: Person) -> None:
    other = await api.person(Role.ADMIN)
    demote = {"role": "reader"}
    answers = await asyncio.gather(
        api.patch(f"/users/{other.username}", admin, json=demote),
        api.patch(f"/users/{admin.username}", other, json=demote),
    )
    done, refused = sorted(answer.status_code for answer in answers)
    # the other one's login ends before this command begins, or while it waits
    assert done == 200
    assert refused in (401, 403)


async def test_who_is_no_admin_any_more_is_refused_at_once(api: Api, admin: Person) -> None:
    other, bob = await api.person(Role.ADMIN), await api.person()
    await change(api, other, admin, role="author")
    for target in (admin, bob):
        answer = await api.patch(f"/users/{target.username}", other, json={"is_active": False})
        assert answer.status_code == 401
