"""Lists of posts over the API, on both kinds of database."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from domain.caller import Role
from tests.support.api import Api, Person


async def titles(api: Api, query: str = "", by: Person | None = None) -> list[str]:
    answer = (await api.get(f"/posts{query}", by)).raise_for_status()
    return [post["title"] for post in answer.json()["items"]]


async def walk(api: Api, query: str, by: Person | None = None) -> list[list[str]]:
    """Follow the Link headers to the end: the titles of each page."""
    pages, target = [], f"/posts?{query}"
    while target:
        answer = (await api.get(target, by)).raise_for_status()
        pages.append([post["title"] for post in answer.json()["items"]])
        target = ""
        if link := answer.headers.get("Link"):
            parts = urlsplit(link[1 : link.index(">")])
            target = f"{parts.path.removeprefix('/api/v1')}?{parts.query}"
        assert bool(target) == bool(answer.json()["next_cursor"])
    return pages


async def test_the_newest_come_first_unless_told(api: Api) -> None:
    ann = await api.person()
    for title in "abc":
        await api.write(ann, title=title)
    assert await titles(api) == ["c", "b", "a"]
    assert await titles(api, "?sort=published_at") == ["a", "b", "c"]


@pytest.mark.parametrize("sort", ["-published_at", "published_at"])
async def test_a_walk_by_cursor_meets_each_post_once(api: Api, sort: str) -> None:
    ann = await api.person()
    expected = [f"post {number}" for number in range(7)]
    for title in expected:
        await api.write(ann, title=title)
    pages = await walk(api, f"limit=3&sort={sort}")
    assert [len(page) for page in pages] == [3, 3, 1]
    met = [title for page in pages for title in page]
    assert met == (expected if sort == "published_at" else expected[::-1])


async def test_a_cursor_is_stable_under_inserts(api: Api) -> None:
    ann = await api.person()
    for title in "abcd":
        await api.write(ann, title=title)
    first = (await api.get("/posts?limit=2")).json()
    await api.write(ann, title="e")
    assert await titles(api, f"?limit=2&cursor={first['next_cursor']}") == ["b", "a"]


@pytest.mark.parametrize("sort", ["-published_at", "published_at"])
async def test_deleted_drafts_and_posts_are_walked_through_too(api: Api, sort: str) -> None:
    ann = await api.person()
    for number in range(6):
        status = "draft" if number % 2 else "published"
        post = await api.write(ann, title=f"{number}", status=status)
        await api.delete(f"/posts/{post['id']}", ann)
    pages = await walk(api, f"limit=2&status=deleted&sort={sort}", ann)
    met = [title for page in pages for title in page]
    newest_first = ["4", "2", "0", "5", "3", "1"]
    assert met == (newest_first if sort == "-published_at" else newest_first[::-1])


async def test_offsets_and_totals(api: Api) -> None:
    ann = await api.person()
    for title in "abcde":
        await api.write(ann, title=title)
    answer = (await api.get("/posts?limit=2&offset=2")).json()
    assert [post["title"] for post in answer["items"]] == ["c", "b"]
    assert (answer["total"], answer["total_is_exact"]) == (5, True)
    last = (await api.get("/posts?limit=2&offset=4")).json()
    assert (last["total"], last["next_cursor"]) == (5, None)
    beyond = (await api.get("/posts?offset=9")).json()
    assert (beyond["total"], beyond["items"]) == (5, [])


async def test_by_author_and_tag(api: Api) -> None:
    ann, bob = await api.person(), await api.person()
    await api.write(ann, title="a", tags=["Ink", "Paper"])
    await api.write(bob, title="b", tags=["ink"])
    await api.write(bob, title="c", tags=["Tinte"])
    assert await titles(api, f"?author={bob.username.upper()}") == ["c", "b"]
    assert await titles(api, "?author=nobody") == []
    assert await titles(api, "?tag=INK") == ["b", "a"]
    assert await titles(api, "?tag=ink&tag=paper") == ["a"]
    assert await titles(api, f"?tag=ink&author={bob.username}") == ["b"]
    assert await walk(api, "tag=ink&limit=1") == [["b"], ["a"]]


async def test_tags_follow_what_a_post_becomes(api: Api) -> None:
    ann = await api.person()
    post = await api.write(ann, tags=["old"], status="draft")
    path = f"/posts/{post['id']}"
    assert await titles(api, "?tag=old") == []
    await api.post(f"{path}/publish", ann)
    assert await titles(api, "?tag=old") == ["A title"]
    await api.patch(path, ann, json={"tags": ["new"]})
    assert await titles(api, "?tag=old") == []
    assert await titles(api, "?tag=new") == ["A title"]
    await api.post(f"{path}/archive", ann)
    assert await titles(api, "?tag=new") == []
    assert await titles(api, "?tag=new&status=archived", ann) == ["A title"]


@pytest.mark.parametrize("status", ["draft", "archived", "deleted"])
async def test_unpublished_posts_are_listed_to_whom_they_concern(api: Api, status: str) -> None:
    ann, bob, editor = await api.person(), await api.person(), await api.person(Role.EDITOR)
    for who, title in ((ann, "a"), (bob, "b")):
        await put_into(api, who, title, status)
    assert await titles(api, f"?status={status}", ann) == ["a"]
    assert await titles(api, f"?status={status}", editor) == ["b", "a"]
    assert (await api.get(f"/posts?status={status}")).status_code == 401
    assert await titles(api) == []


async def put_into(api: Api, who: Person, title: str, status: str) -> None:
    post = await api.write(who, title=title, status="draft" if status == "draft" else "published")
    if status == "archived":
        await api.post(f"/posts/{post['id']}/archive", who)
    if status == "deleted":
        await api.delete(f"/posts/{post['id']}", who)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("offset=-1", "offset"),
        ("offset=10001", "offset"),
        ("cursor=abc", "cursor"),
        ("cursor=", "cursor"),
        ("status=gone", "status"),
        ("sort=slug", "sort"),
        ("page=2", "page"),
        ("author=", "author"),
        ("author=%20", "author"),
        ("author=a%00b", "author"),
        ("tag=%20", "tag"),
        ("tag=", "tag"),
        ("tag=%00", "tag"),
        (f"tag={'t' * 51}", "tag"),
        ("tag=a&tag=%20", "tag"),
    ],
)
async def test_a_wrong_query_names_the_field(api: Api, query: str, field: str) -> None:
    answer = await api.get(f"/posts?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


async def test_a_cursor_that_was_tampered_with_is_refused(api: Api) -> None:
    ann = await api.person()
    for title in "ab":
        await api.write(ann, title=title)
    cursor: str = (await api.get("/posts?limit=1")).json()["next_cursor"]
    for place in range(0, len(cursor), 7):
        other = "A" if cursor[place] != "A" else "B"
        wrong = cursor[:place] + other + cursor[place + 1 :]
        assert (await api.get(f"/posts?cursor={wrong}")).status_code == 422
    other_order: Any = await api.get(f"/posts?cursor={cursor}&sort=published_at")
    assert other_order.status_code == 422
    both = await api.get(f"/posts?cursor={cursor}&offset=1")
    assert both.status_code == 422
