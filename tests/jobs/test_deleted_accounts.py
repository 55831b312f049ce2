"""Accounts that their users delete: what is erased, what stays, and that nothing undoes it."""

from typing import Any

import pytest
from httpx import Response

from application.post.deleting import KIND
from domain.caller import Role
from tests.support.api import PASSWORD, Api, Person
from tests.support.mail_desk import Desk


async def delete(api: Api, person: Person, **fields: Any) -> Response:
    body = {"current_password": PASSWORD} | fields
    return await api.call("DELETE", "/users/me", person, json=body)


async def test_all_that_tells_whose_it_was_is_erased(desk: Desk) -> None:
    api, ann = desk.api, desk.author
    post = await api.write(ann)
    await api.patch("/users/me", ann, json={"bio": "b", "image": "i", "display_name": "Ann"})
    assert (await delete(api, ann)).status_code == 204
    shown = (await api.get(f"/posts/{post['id']}")).json()["author"]
    assert (shown["display_name"], shown["image"]) == ("deleted user", None)
    assert shown["username"].startswith("deleted-")
    assert (await api.get(f"/users/{ann.username}")).status_code == 404
    admin = await api.person(Role.ADMIN)
    [found] = (await api.get(f"/users?q={shown['username']}", admin)).json()["items"]
    erased = ("email", "pending_email", "bio", "image")
    assert {name: found[name] for name in erased} == dict.fromkeys(erased)
    # name and address are free again
    assert (await api.person(name=ann.username)).id != ann.id


async def test_a_deleted_account_does_nothing_any_more(desk: Desk) -> None:
    api, ann = desk.api, desk.author
    (await delete(api, ann)).raise_for_status()
    body = {"title": "t", "body": "b"}
    assert (await api.post("/posts", ann, json=body)).status_code == 401
    refresh = {"refresh_token": ann.refresh_token}
    assert (await api.post("/auth/refresh", json=refresh)).status_code == 401
    form = {"username": ann.username, "password": PASSWORD}
    assert (await api.post("/auth/token", data=form)).status_code == 401


async def test_nothing_brings_it_back(desk: Desk) -> None:
    api, ann = desk.api, desk.author
    (await delete(api, ann)).raise_for_status()
    name, admin = f"deleted-{ann.id.hex[-16:]}", await api.person(Role.ADMIN)
    answer = await api.patch(f"/users/{name}", admin, json={"is_active": True})
    assert (answer.status_code, "nothing undoes" in answer.text) == (409, True)


@pytest.mark.parametrize(("posts", "left"), [("keep", 120), ("delete", 0)])
async def test_its_posts_stay_unless_told_otherwise(desk: Desk, posts: str, left: int) -> None:
    api, ann = desk.api, desk.author
    # more than two pages of the job
    for number in range(120):
        await api.write(ann, title=f"post {number}", status=("published", "draft")[number % 2])
    await api.write(await api.person())
    (await delete(api, ann, posts=posts)).raise_for_status()
    await desk.do(KIND)
    admin = await api.person(Role.ADMIN)
    author = f"author=deleted-{ann.id.hex[-16:]}"
    found = [
        (await api.get(f"/posts?{author}&status={status}", admin)).json()["total"]
        for status in ("published", "draft")
    ]
    assert sum(found) == left
    assert (await api.get("/posts")).json()["total"] == left // 2 + 1


async def test_only_the_password_deletes_it(desk: Desk) -> None:
    api, ann = desk.api, desk.author
    refused = await delete(api, ann, current_password="a guess")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "current_password")
    token = {"name": "n", "scopes": ["admin"]}
    made = (await api.post("/users/me/tokens", ann, json=token)).json()
    by_token = {"Authorization": f"Bearer {made['token']}"}
    body = {"current_password": PASSWORD}
    answer = await api.call("DELETE", "/users/me", headers=by_token, json=body)
    assert answer.status_code == 403
    assert (await api.get("/users/me", ann)).status_code == 200
