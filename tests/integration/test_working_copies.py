"""Working copies: what is typed stays unseen, and becomes the post unless that has changed."""

import asyncio
from collections import Counter
from typing import Any

from httpx import Response
from sqlalchemy import select

from core.dependencies.container import Container
from domain.caller import Role
from infra.blog.working_copy.table import working_copies
from tests.conftest import api_with
from tests.support.api import PASSWORD, Api, Person

LONGEST = "é" * (1_048_576 // 2)


async def save(api: Api, post: dict[str, Any], by: Person, **fields: Any) -> Response:
    return await api.call("PUT", f"/posts/{post['id']}/working-copy", by, json=fields)


async def copy_of(api: Api, post: dict[str, Any], by: Person) -> Response:
    return await api.get(f"/posts/{post['id']}/working-copy", by)


async def publish(api: Api, post: dict[str, Any], by: Person, **headers: str) -> Response:
    return await api.post(f"/posts/{post['id']}/working-copy/publish", by, headers=headers)


async def test_it_becomes_the_post_and_is_gone(api: Api) -> None:
    ann = await api.person()
    post = await api.write(ann, summary="s", tags=["x"])
    path = f"/posts/{post['id']}"
    for body in ("T", "Typed"):
        (await save(api, post, ann, body=body, summary=None)).raise_for_status()
    assert (await api.get(path)).json()["version"] == 1
    copy = (await copy_of(api, post, ann)).json()
    shown = {name: copy[name] for name in ("based_on", "title", "summary", "tags", "body")}
    assert shown == {
        "based_on": 1,
        "title": post["title"],
        "summary": None,
        "tags": ["x"],
        "body": "Typed",
    }
    assert (await publish(api, post, ann, **{"If-Match": '"2-x"'})).status_code == 412
    published = (await publish(api, post, ann, **{"If-Match": '"1-x"'})).json()
    assert (published["version"], published["body"], published["summary"]) == (2, "Typed", None)
    assert (await api.get(path)).json()["body"] == "Typed"
    assert (await copy_of(api, post, ann)).status_code == 404
    assert (await publish(api, post, ann)).status_code == 404
    assert (await api.get(f"{path}/revisions", ann)).json()["total"] == 2


async def test_each_person_has_one_and_it_is_refused_where_the_text_has_changed(
    api: Api,
) -> None:
    ann, bob = await api.person(), await api.person(Role.EDITOR)
    post = await api.write(ann)
    for person in (ann, bob):
        (await save(api, post, person, body=person.username)).raise_for_status()
    # neither the status nor the slug is a part of the text
    await api.post(f"/posts/{post['id']}/archive", ann)
    await api.patch(f"/posts/{post['id']}", ann, json={"slug": f"{post['slug']}-x"})
    assert (await publish(api, post, bob)).json()["body"] == bob.username
    await save(api, post, ann, body="still begun before")
    refused = await publish(api, post, ann)
    assert refused.status_code == 412
    assert refused.json()["type"] == "urn:broadsheet:problem:changed-meanwhile"
    assert f"{bob.username} changed it since version 1." in refused.json()["detail"]
    await api.delete(f"/posts/{post['id']}/working-copy", ann)
    await save(api, post, ann, body="begun anew")
    assert (await publish(api, post, ann)).json()["body"] == "begun anew"


async def test_without_revisions_any_change_refuses_it(sqlite_container: Container) -> None:
    async with api_with(sqlite_container, revisions=False) as api:
        ann = await api.person()
        post = await api.write(ann)
        await save(api, post, ann, body="b")
        await api.patch(f"/posts/{post['id']}", ann, json={"title": "t"})
        refused = await publish(api, post, ann)
        assert (refused.status_code, "Somebody changed" in refused.text) == (412, True)


async def test_concurrent_saves_are_one_copy_and_none_is_lost(api: Api) -> None:
    ann = await api.person()
    post = await api.write(ann)
    saves = (save(api, post, ann, body=f"b{number}") for number in range(8))
    statuses = Counter(each.status_code for each in await asyncio.gather(*saves))
    assert statuses == {204: 8}
    saved, published = await asyncio.gather(
        save(api, post, ann, body="the last"), publish(api, post, ann)
    )
    assert (saved.status_code, published.status_code) == (204, 200)
    left = await copy_of(api, post, ann)
    assert "the last" in (published.json()["body"], left.is_success and left.json()["body"])


async def test_the_longest_text_is_kept_and_limited(sqlite_container: Container) -> None:
    async with api_with(sqlite_container, rate_limits="working_copies=3/minute") as api:
        ann = await api.person()
        post = await api.write(ann)
        saves = [await save(api, post, ann, body=LONGEST) for _ in range(4)]
        assert [each.status_code for each in saves] == [204, 204, 204, 429]
        assert (await copy_of(api, post, ann)).json()["body"] == LONGEST
        assert (await api.get(f"/posts/{post['id']}")).json()["version"] == 1
        assert (await publish(api, post, ann)).json()["version"] == 2


async def test_a_preview_shows_it_to_whoever_has_the_link(api: Api) -> None:
    ann, bob = await api.person(), await api.person(Role.EDITOR)
    post = await api.write(ann, body="Old")
    await save(api, post, ann, body="*New*", title="Next")
    shown = []
    for by in (ann, bob):
        url = (await api.post(f"/posts/{post['id']}/preview", by)).json()["url"]
        answer = (await api.get(f"/previews?{url.partition('?')[2]}")).json()
        shown.append((answer["title"], answer["html"], answer["excerpt"]))
    assert shown == [
        ("Next", "<p><em>New</em></p>\n", "New"),
        (post["title"], "<p>Old</p>\n", "Old"),
    ]


async def test_it_goes_with_its_persons_account(api: Api) -> None:
    ann, bob = await api.person(), await api.person(Role.EDITOR)
    post = await api.write(ann)
    for person in (ann, bob):
        await save(api, post, person, body="b")
    await api.call("DELETE", "/users/me", bob, json={"current_password": PASSWORD})
    of_tenant = working_copies.c.tenant == api.tenant
    async with api.container._resources.primary.engine.connect() as connection:
        found = await connection.execute(select(working_copies.c.user_id).where(of_tenant))
        assert list(found.scalars()) == [ann.id]
