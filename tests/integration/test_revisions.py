"""Revisions through the API: pages, differences, restoring, and bad input."""

from pathlib import Path
from typing import Any

import pytest

from application.importing.commands import ImportCommandService, ImportedPost
from core.blog.container import blog_container
from domain.caller import Role
from domain.ids import new_id
from infra.database.schema import migrate
from tests.support.api import Api
from tests.support.settings import settings_for


async def a_revised_post(api: Api) -> tuple[Any, dict[str, Any], str]:
    ann = await api.person()
    post = await api.write(ann, body="a\nb", tags=["x"])
    path = f"/posts/{post['id']}"
    (await api.patch(path, ann, json={"body": "a\nc", "tags": []})).raise_for_status()
    return ann, post, f"{path}/revisions"


async def test_revisions_are_read_compared_and_restored(api: Api) -> None:
    ann, post, path = await a_revised_post(api)
    page = (await api.get(f"{path}?limit=1", ann)).json()
    assert (page["total"], [each["version"] for each in page["items"]]) == (2, [2])
    assert page["items"][0].keys().isdisjoint({"body"})
    answer = await api.get(f"{path}?limit=1&cursor={page['next_cursor']}", ann)
    assert answer.json()["items"][0]["version"] == 1
    first = (await api.get(f"{path}/1", ann)).json()
    assert (first["body"], first["author"]["username"]) == ("a\nb", ann.username)
    difference = (await api.get(f"{path}/1/diff", ann)).json()
    assert difference == (await api.get(f"{path}/1/diff?to=2", ann)).json()
    assert difference["tags"] == {"before": ["x"], "after": []}
    assert difference["body"] == "--- 1\n+++ 2\n@@ -1,2 +1,2 @@\n a\n-b\n+c"
    stale = await api.post(f"{path}/1/restore", ann, headers={"If-Match": '"1-x"'})
    assert stale.status_code == 412
    restored = await api.post(f"{path}/1/restore", ann, headers={"If-Match": '"2-x"'})
    assert restored.json()["version"] == 3
    assert (await api.get(f"/posts/{post['id']}")).json()["body"] == "a\nb"
    assert (await api.get(f"{path}/3", ann)).json()["tags"] == ["x"]


async def test_other_ways_to_change_a_text_leave_them_too(api: Api) -> None:
    ann = await api.person()
    article = {"title": "One", "description": "d", "body": "a"}
    await api.post("/api/articles", ann, json={"article": article})
    await api.call("PUT", "/api/articles/one", ann, json={"article": {"body": "b"}})
    imported = ImportedPost(path="/two", slug="two", title="Two", body="a", authors=("Bob",))
    await api.container.scope(api.tenant)[ImportCommandService].import_posts([imported])
    for slug, versions, username in (("one", [2, 1], ann.username), ("two", [1], "bob")):
        post = (await api.get(f"/posts/{slug}")).json()
        editor = ann if slug == "one" else await api.person(Role.EDITOR)
        found = (await api.get(f"/posts/{post['id']}/revisions", editor)).json()["items"]
        assert [each["version"] for each in found] == versions
        assert {each["author"]["username"] for each in found} == {username}


async def test_what_is_no_revision_of_the_post_is_not_found(api: Api) -> None:
    ann, _, path = await a_revised_post(api)
    other = await api.write(ann)
    for version in (2, 99):
        for call in (f"{version}", f"1/diff?to={version}", f"{version}/diff"):
            answer = await api.get(f"/posts/{other['id']}/revisions/{call}", ann)
            assert answer.status_code == 404
        restored = await api.post(f"/posts/{other['id']}/revisions/{version}/restore", ann)
        assert restored.status_code == 404
    assert (await api.get(f"/posts/{new_id()}/revisions", ann)).status_code == 404
    for call in ("0", "x", "1/diff?to=0", "1/diff?to=x", "1/diff?by=2", f"{2**31}"):
        assert (await api.get(f"{path}/{call}", ann)).status_code == 422


@pytest.mark.parametrize("are_kept", [True, False])
async def test_a_setting_keeps_none(tmp_path: Path, are_kept: bool) -> None:
    settings = settings_for(f"sqlite:///{tmp_path}/blog.db", revisions=are_kept)
    await migrate(settings.primary)
    container = blog_container(settings)
    ann, _, path = await a_revised_post(api := Api(container, new_id()))
    assert (await api.get(path, ann)).json()["total"] == 2 * are_kept
    await container.stop()
