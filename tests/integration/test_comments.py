"""Comments over the API, on both kinds of database."""

import asyncio
import secrets
from typing import Any

import pytest

from domain.caller import Role
from tests.support.api import Api, Person

pytestmark = pytest.mark.one_database


@pytest.fixture
async def ann(api: Api) -> Person:
    return await api.person()


async def say(api: Api, post: dict[str, Any], by: Person, body: str = "Well said.") -> Any:
    answer = await api.post(f"/posts/{post['id']}/comments", by, json={"body": body})
    return answer.raise_for_status().json()


async def bodies(api: Api, post: dict[str, Any], by: Person | None = None) -> list[str]:
    answer = await api.get(f"/posts/{post['id']}/comments", by)
    return [comment["body"] for comment in answer.raise_for_status().json()["items"]]


async def count(api: Api, post: dict[str, Any]) -> int:
    found: int = (await api.get(f"/posts/{post['id']}")).json()["comments_count"]
    return found


async def test_a_comment_is_numbered_and_found_where_it_is_said_to_be(
    api: Api, ann: Person
) -> None:
    post, reader = await api.write(ann), await api.person(Role.READER)
    path = f"/posts/{post['id']}/comments"
    answer = await api.post(path, reader, json={"body": "First!"})
    assert answer.status_code == 201
    comment = answer.json()
    assert comment == {
        "number": 1,
        "body": "First!",
        "author": {
            "username": reader.username,
            "display_name": reader.username,
            "image": None,
        },
        "created_at": comment["created_at"],
        "updated_at": comment["created_at"],
    }
    assert answer.headers["Location"].endswith(f"/api/v1{path}/1")
    assert (await api.get(f"{path}/1")).json() == comment
    assert (await say(api, post, ann))["number"] == 2
    assert await count(api, post) == 2


async def test_a_deleted_comment_keeps_its_number(api: Api, ann: Person) -> None:
    post = await api.write(ann)
    for body in "abc":
        await say(api, post, ann, body)
    path = f"/posts/{post['id']}/comments/3"
    assert (await api.delete(path, ann)).status_code == 204
    for call in (api.delete, api.get):
        assert (await call(path, ann)).status_code == 404
    assert (await api.patch(path, ann, json={"body": "x"})).status_code == 404
    assert (await say(api, post, ann, "d"))["number"] == 4
    assert await bodies(api, post) == ["a", "b", "d"]
    assert await count(api, post) == 3


async def test_20_parallel_first_comments_are_numbered_1_to_20(api: Api, ann: Person) -> None:
    post = await api.write(ann)
    said = await asyncio.gather(*(say(api, post, ann, f"{n}") for n in range(20)))
    assert sorted(comment["number"] for comment in said) == list(range(1, 21))
    listed = (await api.get(f"/posts/{post['id']}/comments")).json()
    assert [comment["number"] for comment in listed["items"]] == list(range(1, 21))
    assert (listed["total"], await count(api, post)) == (20, 20)


async def test_comments_are_paged_like_posts(api: Api, ann: Person) -> None:
    post, other = await api.write(ann), await api.write(ann)
    for body in "abcde":
        await say(api, post, ann, body)
        await say(api, other, ann, "elsewhere")
    path, met = f"/posts/{post['id']}/comments?limit=2", []
    while path:
        answer = await api.get(path)
        page = answer.json()
        assert (page["total"], page["total_is_exact"]) == (5, True)
        met.append("".join(comment["body"] for comment in page["items"]))
        path = answer.links["next"]["url"].split("/api/v1")[1] if "next" in answer.links else ""
        assert bool(path) == bool(page["next_cursor"])
    assert met == ["ab", "cd", "e"]
    offset = await api.get(f"/posts/{post['id']}/comments?offset=3")
    assert [comment["body"] for comment in offset.json()["items"]] == ["d", "e"]


async def test_a_cursor_of_posts_is_none_of_comments(api: Api, ann: Person) -> None:
    post = await api.write(ann)
    await api.write(ann)
    cursor = (await api.get("/posts?limit=1")).json()["next_cursor"]
    answer = await api.get(f"/posts/{post['id']}/comments?cursor={cursor}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")


async def test_changing_a_comment(api: Api, ann: Person) -> None:
    post = await api.write(ann)
    comment = await say(api, post, ann, "Teh end")
    path = f"/posts/{post['id']}/comments/1"
    unchanged = await api.patch(path, ann, json={"body": "Teh end"})
    assert unchanged.json() == comment
    changed = (await api.patch(path, ann, json={"body": "The end"})).json()
    assert changed["updated_at"] > comment["updated_at"]
    assert changed == comment | {"body": "The end", "updated_at": changed["updated_at"]}
    assert await bodies(api, post) == ["The end"]


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.READER, 403), (Role.AUTHOR, 403), (Role.EDITOR, 200), (Role.ADMIN, 200)],
)
async def test_only_its_author_and_editors_change_a_comment(
    api: Api, ann: Person, role: Role, status: int
) -> None:
    post, other = await api.write(ann), await api.person(role)
    await say(api, post, ann)
    path = f"/posts/{post['id']}/comments/1"
    assert (await api.patch(path, other, json={"body": "x"})).status_code == status
    assert (await api.delete(path, other)).status_code == (204 if status == 200 else status)
    for call in (api.patch, api.delete):
        assert (await call(path)).status_code == 401


async def test_comments_are_seen_by_whoever_sees_the_post(api: Api, ann: Person) -> None:
    post, bob = await api.write(ann), await api.person()
    await say(api, post, bob, "seen")
    await api.post(f"/posts/{post['id']}/unpublish", ann)
    path = f"/posts/{post['id']}/comments"
    for place in (path, f"{path}/1"):
        assert (await api.get(place)).status_code == 404
        assert (await api.get(place, bob)).status_code == 404
        assert (await api.get(place, ann)).status_code == 200
    assert (await api.patch(f"{path}/1", bob, json={"body": "x"})).status_code == 404
    assert (await api.post(path, bob, json={"body": "x"})).status_code == 404
    refused = await api.post(path, ann, json={"body": "x"})
    assert (refused.status_code, refused.json()["type"].split(":")[-1]) == (409, "not-published")


@pytest.mark.parametrize(
    "body",
    ["", "   ", "\u200b", "a\0b", "x" * 65_537, "é" * 32_769, None, 7, ["a"]],
)
async def test_a_bad_comment_names_its_field(api: Api, ann: Person, body: object) -> None:
    post = await api.write(ann)
    answer = await api.post(f"/posts/{post['id']}/comments", ann, json={"body": body})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body")
    assert await bodies(api, post) == []


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", str(2**31), str(10**30)])
async def test_what_is_no_number_is_refused(api: Api, ann: Person, number: str) -> None:
    post = await api.write(ann)
    path = f"/posts/{post['id']}/comments/{number}"
    assert (await api.get(path)).status_code == 422
    assert (await api.delete(path, ann)).status_code == 422


async def test_a_page_of_long_comments_is_of_one_mebibyte(api: Api, ann: Person) -> None:
    post = await api.write(ann)
    address = f"/posts/{post['id']}/comments"
    for _ in range(20):
        said = await api.post(address, ann, json={"body": secrets.token_hex(32_768)})
        said.raise_for_status()
    found: list[int] = []
    cursor = ""
    while cursor is not None:
        page = await api.get(f"{address}?limit=100" + (f"&cursor={cursor}" if cursor else ""))
        assert len(page.content) < 1.01 * 2**20
        found += [comment["number"] for comment in page.json()["items"]]
        cursor = page.json()["next_cursor"]
    assert found == list(range(1, 21))
