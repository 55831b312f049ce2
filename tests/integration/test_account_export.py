"""The export of an account: what the archive holds, and to whom its link leads."""

import io
import json
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from httpx import Response

from domain.caller import Role
from domain.ids import new_id
from tests.blog.licence import GIVEN, OFFER
from tests.support.api import PASSWORD, Api, Person
from tests.support.jobs import ended
from tests.support.pictures import picture, processed, upload


@pytest.fixture
async def ann(api: Api) -> Person:
    return await api.person(name="Ann")


async def link_of(api: Api, by: Person) -> str:
    answer = await api.post("/users/me/export", by)
    assert answer.status_code == 202
    job = answer.json()
    assert answer.headers["Location"].endswith(f"/api/v1/jobs/{job['id']}")
    link: str = (await ended(api, by, job["id"]))["result"]["link"]
    return link


async def opened(api: Api, link: str, method: str = "GET") -> Response:
    """Open a link as a browser does: it knows neither the tenant nor the caller."""
    del api.client.headers["X-Tenant-Token"]
    assert link.startswith("http://blog.test/api/v1/")
    return await api.client.request(method, link)


def unpacked(answer: Response) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the JSON and the Markdown of an archive."""
    assert answer.status_code == 200, answer.text
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    kinds = {name: name.endswith(".json") for name in files}
    return (
        {name: json.loads(text) for name, text in files.items() if kinds[name]},
        {name: text for name, text in files.items() if not kinds[name]},
    )


async def test_the_archive_holds_what_is_ones_own(api: Api, ann: Person) -> None:
    bob = await api.person(name="Bob")
    of_ann, draft = await api.write(ann), await api.write(ann, title="Draft", status="draft")
    deleted = await api.write(ann, title="Deleted")
    await api.delete(f"/posts/{deleted['id']}", ann)
    of_bob, hidden = await api.write(bob, title="Bob's"), await api.write(bob, title="Hidden")
    for post in (of_ann, of_bob, hidden):
        for by in (ann, bob):
            await api.post(f"/posts/{post['id']}/comments", by, json={"body": f"by {by.username}"})
            await api.call("PUT", f"/posts/{post['id']}/favorite", by)
    await api.delete(f"/posts/{of_ann['id']}/comments/1", ann)
    await api.post(f"/posts/{hidden['id']}/unpublish", bob)
    await api.call("PUT", f"/users/{bob.username}/follow", ann)
    await api.call("PUT", f"/posts/{draft['id']}/working-copy", ann, json={"body": "Begun"})
    editor = await api.person(Role.EDITOR)
    licence = (await api.post("/licences", editor, json=GIVEN)).json()
    body = OFFER | {"post_id": of_bob["id"]}
    await api.post(f"/licences/{licence['id']}/offers", editor, json=body)
    await api.call("PUT", f"/posts/{of_bob['id']}/grants/{ann.username}", editor)
    me = (await api.get("/users/me", ann)).json()
    held = (await api.get("/users/me/grants", ann)).json()["items"]
    data, posts = unpacked(await opened(api, await link_of(api, ann)))
    assert data["account.json"] == me
    assert sorted(posts) == sorted(
        f"posts/{(each['published_at'] or each['created_at'])[:10]}-{each['slug']}.md"
        for each in (of_ann, draft)
    )
    assert all("A body" in text for text in posts.values())
    shown = {of_bob["id"]: of_bob["slug"], hidden["id"]: None}
    comments = {each["post_id"]: each["post"] for each in data["comments.json"]}
    assert comments == shown
    assert {each["body"] for each in data["comments.json"]} == {"by Ann"}
    favorites = {each["post_id"]: each["post"] for each in data["favorites.json"]}
    assert favorites == shown | {of_ann["id"]: of_ann["slug"]}
    [follow] = data["follows.json"]
    assert follow["username"] == "Bob"
    assert [each["slug"] for each in data["grants.json"]] == [of_bob["slug"]]
    assert data["grants.json"] == held
    [copy] = data["working_copies.json"]
    assert (copy["post_id"], copy["body"]) == (draft["id"], "Begun")


@pytest.mark.one_database
async def test_the_archive_holds_the_pictures_of_posts(api: Api, ann: Person) -> None:
    made = await upload(api.call, ann, picture(), name="press.png", alt="A press")
    await processed(api.call, ann, made["id"])
    shown = {"body": f"![Press]({made['url']})", "cover": made["id"]}
    await api.write(ann, **shown)
    await api.write(ann, title="Another", **shown)
    original = (await api.client.get(f"http://blog.test{made['url']}")).content
    answer = await opened(api, await link_of(api, ann))
    with ZipFile(io.BytesIO(answer.content)) as archive:
        [path] = (name for name in archive.namelist() if name.startswith("media/"))
        texts = [archive.read(name).decode() for name in archive.namelist() if name[0] == "p"]
        assert archive.read(path) == original
    assert path.endswith("/press.png")
    for text in texts:
        assert text.endswith(f"![Press](../{path})")
        assert f'cover = "../{path}"' in text
        assert f'"../{path}" = "A press"' in text
    assert len(texts) == 2


async def test_lists_and_posts_go_on_over_pages(
    api: Api, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.exporting.account_queries._PAGE", 2)
    monkeypatch.setattr("interface.exporting.account_archive.POSTS", 2)
    monkeypatch.setattr("application.exporting.account_queries.POSTS", 2)
    posts = [await api.write(ann, title=f"Post {number}") for number in range(5)]
    for post in posts:
        await api.call("PUT", f"/posts/{post['id']}/favorite", ann)
        await api.call("PUT", f"/posts/{post['id']}/working-copy", ann, json={"body": "b"})
    for post in (*posts[:3], posts[0], posts[0], posts[0]):
        await api.post(f"/posts/{post['id']}/comments", ann, json={"body": "b"})
    for _ in range(3):
        await api.call("PUT", f"/users/{(await api.person()).username}/follow", ann)
    data, files = unpacked(await opened(api, await link_of(api, ann)))
    assert len(files) == 5
    assert {each["post_id"] for each in data["favorites.json"]} == {each["id"] for each in posts}
    numbered = [(each["post_id"], each["number"]) for each in data["comments.json"]]
    first, second, third = (post["id"] for post in posts[:3])
    assert numbered == [*((first, n) for n in range(1, 5)), (second, 1), (third, 1)]
    assert len(data["follows.json"]) == 3
    assert [each["post_id"] for each in data["working_copies.json"]] == [
        each["id"] for each in posts
    ]


async def test_an_archive_of_nothing_is_one(api: Api, ann: Person) -> None:
    answer = await opened(api, await link_of(api, ann))
    data, posts = unpacked(answer)
    names = ("comments", "favorites", "follows", "grants", "working_copies")
    assert (posts, [data[f"{name}.json"] for name in names]) == ({}, [[]] * 5)
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "attachment" in answer.headers["Content-Disposition"]


async def test_it_has_what_was_written_just_before(api: Api, ann: Person) -> None:
    link = await link_of(api, ann)
    post = await api.write(ann, title="The newest")
    _, posts = unpacked(await opened(api, link))
    assert post["slug"] in "".join(posts)


async def test_head_makes_no_archive(api: Api, ann: Person) -> None:
    answer = await opened(api, await link_of(api, ann), "HEAD")
    assert (answer.status_code, answer.content) == (200, b"")


async def test_the_link_is_the_requesters_alone(api: Api, ann: Person) -> None:
    job_id = (await api.post("/users/me/export", ann)).json()["id"]
    result = (await ended(api, ann, job_id))["result"]
    assert set(result) == {"link", "expires_at"}
    bob, admin = await api.person(), await api.person(Role.ADMIN)
    assert (await api.get(f"/jobs/{job_id}", bob)).status_code == 404
    expiry = {"expires_at": result["expires_at"]}
    assert (await api.get(f"/jobs/{job_id}", admin)).json()["result"] == expiry
    [listed] = (await api.get("/jobs?kind=export_account", admin)).json()["items"]
    assert listed["result"] == expiry
    [own] = (await api.get("/jobs?kind=export_account", ann)).json()["items"]
    assert own["result"] == result


@pytest.mark.parametrize("wrong", ["forged", "expired", "of another kind"])
async def test_a_link_that_is_not_good_is_refused(api: Api, ann: Person, wrong: str) -> None:
    resources, link = api.container._resources, await link_of(api, ann)
    lifetime = timedelta(seconds=-1 if wrong == "expired" else 60)
    token = resources.export_tokens.write(api.tenant, ann.id, lifetime)
    if wrong == "forged":
        token = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
    if wrong == "of another kind":
        token = resources.unsubscribe_tokens.write(api.tenant, ann.id)
    answer = await opened(api, f"{link.partition('=')[0]}={token}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "token")
    assert (answer.json()["errors"][0]["code"] == "expired") == (wrong == "expired")


@pytest.mark.parametrize("end", ["deleted", "closed", "never there"])
async def test_the_link_ends_with_the_account(api: Api, ann: Person, end: str) -> None:
    link = await link_of(api, ann)
    if end == "deleted":
        own = {"current_password": PASSWORD}
        (await api.call("DELETE", "/users/me", ann, json=own)).raise_for_status()
    elif end == "closed":
        admin = await api.person(Role.ADMIN)
        patch = {"is_active": False}
        (await api.patch(f"/users/{ann.username}", admin, json=patch)).raise_for_status()
    else:
        token = api.container._resources.export_tokens.write(
            api.tenant, new_id(), timedelta(seconds=60)
        )
        link = f"{link.partition('=')[0]}={token}"
    answer = await opened(api, link)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:broadsheet:problem:not-found")
