"""What is made of a post's text: HTML, excerpts, and the fields that a caller asks for."""

from typing import Any

import pytest

from domain.caller import Role
from tests.support.api import Api, Person
from tests.support.statements import recorded


@pytest.fixture
async def ann(api: Api) -> Person:
    return await api.person()


async def read(api: Api, path: str, by: Person | None = None) -> Any:
    return (await api.get(path, by)).raise_for_status().json()


def named(post: dict[str, Any] | None) -> dict[str, Any] | None:
    return post and {"slug": post["slug"], "title": post["title"]}


async def test_a_post_has_its_text_as_html(api: Api, ann: Person) -> None:
    body = "# On *ink*\n\nBlack. <script>x</script>" + " Blue." * 500
    post = await api.write(ann, body=body)
    found = await read(api, f"/posts/{post['id']}")
    assert found["html"].startswith('<h2 id="text-on-ink">On <em>ink</em>')
    assert "<script" not in found["html"]
    assert found["excerpt"] == post["excerpt"]
    assert found["excerpt"].startswith("On ink Black. x Blue. Blue.")
    assert (len(found["excerpt"]) <= 200, found["excerpt"][-1]) == (True, "…")
    assert found["reading_minutes"] == post["reading_minutes"] == 3
    [listed] = (await read(api, "/posts?include=html"))["items"]
    assert listed == {name: found[name] for name in listed}
    assert found.keys() - listed.keys() == {"body", "previous", "next"}
    [listed] = (await read(api, "/posts"))["items"]
    assert "html" not in listed


async def test_neighbours_are_the_public_posts_before_and_after(api: Api, ann: Person) -> None:
    posts = [await api.write(ann, title=f"post {number}") for number in range(3)]
    draft = await api.write(ann, title="a draft", status="draft")
    around = [None, *posts, None]
    for number, post in enumerate(posts):
        found = await read(api, f"/posts/{post['slug']}")
        assert found["previous"] == named(around[number])
        assert found["next"] == named(around[number + 2])
    found = await read(api, f"/posts/{draft['id']}", ann)
    assert (found["previous"], found["next"]) == (None, None)


async def test_a_change_of_a_neighbour_is_seen_at_once(api: Api, ann: Person) -> None:
    first, second = [await api.write(ann, title=title) for title in ("one", "two")]

    async def after_first() -> str | None:
        found = await read(api, f"/posts/{first['id']}")
        assert (await api.get(f"/posts/{first['id']}")).headers["X-Cache"] == "HIT"
        return found["next"] and f"{found['next']['slug']} {found['next']['title']}"

    path = f"/posts/{second['id']}"
    assert await after_first() == "two two"
    await api.patch(path, ann, json={"title": "three"})
    assert await after_first() == "two three"
    await api.patch(path, ann, json={"slug": "four"})
    assert await after_first() == "four three"
    await api.patch(path, ann, json={"body": "Another."})
    api.tokens.clear()  # as somebody who has seen nothing of it
    assert (await api.get(f"/posts/{first['id']}")).headers["X-Cache"] == "HIT"
    for step, seen in (("unpublish", None), ("publish", "four three"), ("archive", None)):
        await api.post(f"{path}/{step}", ann)
        assert await after_first() == seen
    await api.write(ann, title="five")
    assert await after_first() == "five five"


async def test_a_deleted_post_has_its_text_and_no_neighbours(api: Api, ann: Person) -> None:
    post = await api.write(ann)
    await api.write(ann)
    await api.call("DELETE", f"/posts/{post['id']}", ann)
    editor = await api.person(Role.EDITOR)
    found = await read(api, f"/posts/{post['id']}", editor)
    assert found["html"]
    assert found["deleted_at"]
    assert found["next"] is None
    [listed] = (await read(api, "/posts?status=deleted&include=html", ann))["items"]
    assert listed["deleted_at"] == found["deleted_at"]
    [part] = (await read(api, "/posts?status=deleted&fields=deleted_at", ann))["items"]
    assert part == {"deleted_at": found["deleted_at"]}


async def test_fields_leave_out_the_others(api: Api, ann: Person) -> None:
    post = await api.write(ann)
    whole = await read(api, f"/posts/{post['slug']}")
    for fields in ("title,slug,excerpt", "html,next", "author,created_at,status,tags,id"):
        answer = await api.get(f"/posts/{post['slug']}?fields={fields}")
        assert answer.json() == {name: whole[name] for name in fields.split(",")}
        assert answer.headers["ETag"].startswith(f'"{whole["version"]}-')
    page, part = await read(api, "/posts"), await read(api, "/posts?fields=title,slug")
    assert part == page | {"items": [{"slug": post["slug"], "title": post["title"]}]}
    part = await read(api, "/posts?include=html&fields=html")
    assert part["items"] == [{"html": whole["html"]}]


@pytest.mark.parametrize(
    "query", ["fields=", "fields=title,", "fields=titel", "fields=body,x", "include=body", "x=y"]
)
async def test_what_is_no_field_is_refused(api: Api, ann: Person, query: str) -> None:
    post = await api.write(ann)
    for path in (f"/posts/{post['id']}", "/posts"):
        assert (await api.get(f"{path}?{query}")).status_code == 422
    for field in ("body", "next", "html"):
        assert (await api.get(f"/posts?fields={field}")).status_code == 422


async def test_each_selection_is_cached(api: Api, ann: Person) -> None:
    post = await api.write(ann)
    queries = "", "?fields=title", "?fields=title,html"
    paths = [f"{path}{query}" for path in (f"/posts/{post['id']}", "/posts") for query in queries]
    for path in [
        *(path for path in paths if path != "/posts?fields=title,html"),
        "/posts?include=html",
    ]:
        first = await api.get(path)
        with recorded(api.container) as seen:
            again = await api.get(path)
        assert (again.headers["X-Cache"], seen) == ("HIT", [])
        assert (again.content, again.headers["ETag"]) == (first.content, first.headers["ETag"])


async def test_a_version_of_a_part_is_good_for_a_change(api: Api, ann: Person) -> None:
    path = f"/posts/{(await api.write(ann))['id']}"
    etag = (await api.get(f"{path}?fields=title")).headers["ETag"]
    answer = await api.patch(path, ann, json={"title": "Another"}, headers={"If-Match": etag})
    assert answer.status_code == 200
