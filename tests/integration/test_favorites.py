"""Favourites and follows over the API, on both kinds of database."""

import asyncio
from typing import Any

import pytest

from domain.caller import Role
from tests.support.api import Api, Person


@pytest.fixture
async def ann(api: Api) -> Person:
    return await api.person()


async def favor(api: Api, post: dict[str, Any], by: Person, method: str = "PUT") -> Any:
    answer = await api.call(method, f"/posts/{post['id']}/favorite", by)
    if answer.status_code == 503:
        # as a client does: a busy machine has no connection left for a hundred calls at once
        await asyncio.sleep(float(answer.headers["Retry-After"]))
        return await favor(api, post, by, method)
    return answer.raise_for_status().json()


async def follow(api: Api, whom: Person, by: Person, method: str = "PUT") -> None:
    answer = await api.call(method, f"/users/{whom.username}/follow", by)
    assert answer.status_code == 204


async def titles(api: Api, query: str, by: Person | None = None) -> list[str]:
    answer = (await api.get(f"/posts?{query}", by)).raise_for_status()
    return [post["title"] for post in answer.json()["items"]]


async def profile(api: Api, of: Person, by: Person | None = None) -> tuple[int, bool]:
    found = (await api.get(f"/users/{of.username}", by)).json()
    return found["followers_count"], found["following"]


async def test_favouring_twice_counts_once(api: Api, ann: Person) -> None:
    post, reader = await api.write(ann), await api.person(Role.READER)
    for _ in range(2):
        assert await favor(api, post, reader) == {"favorites_count": 1, "favorited": True}
    assert (await favor(api, post, ann))["favorites_count"] == 2
    shown = (await api.get(f"/posts/{post['id']}", ann)).json()
    same = {name: shown[name] for name in post}
    assert same == post | {"favorites_count": 2}, "a favourite is no new version"
    for _ in range(2):
        ceased = await favor(api, post, reader, "DELETE")
        assert ceased == {"favorites_count": 1, "favorited": False}


async def test_50_parallel_favourites_count_50(api: Api, ann: Person) -> None:
    post = await api.write(ann)
    people = await asyncio.gather(*(api.person() for _ in range(50)))
    # each of them twice at once
    await asyncio.gather(*(favor(api, post, person) for person in people * 2))
    assert (await api.get(f"/posts/{post['id']}")).json()["favorites_count"] == 50


async def test_favourites_are_listed_by_publication(api: Api, ann: Person) -> None:
    bob = await api.person()
    posts = [await api.write(ann, title=title, tags=[title]) for title in "abcd"]
    for post in (posts[2], posts[0], posts[3]):
        await favor(api, post, bob)
    await favor(api, posts[1], ann)
    mine = f"favorited_by={bob.username.upper()}"
    assert await titles(api, mine) == ["d", "c", "a"]
    assert await titles(api, f"{mine}&sort=published_at&limit=2") == ["a", "c"]
    assert await titles(api, f"{mine}&tag=c") == ["c"]
    assert await titles(api, f"{mine}&author={ann.username}&q=body") == ["d", "c", "a"]
    assert await titles(api, f"{mine}&author={bob.username}") == []
    assert await titles(api, "favorited_by=nobody") == []
    page = (await api.get(f"/posts?{mine}&limit=2")).json()
    assert page["total"] == 3
    assert await titles(api, f"{mine}&limit=2&cursor={page['next_cursor']}") == ["a"]


async def test_a_post_that_is_withdrawn_leaves_the_favourites(api: Api, ann: Person) -> None:
    post, bob = await api.write(ann), await api.person()
    await favor(api, post, bob)
    mine = f"favorited_by={bob.username}"
    for step, back in (("unpublish", "publish"), ("archive", "publish")):
        await api.post(f"/posts/{post['id']}/{step}", ann)
        assert await titles(api, mine) == await titles(api, mine, ann) == []
        await api.post(f"/posts/{post['id']}/{back}", ann)
        assert await titles(api, mine) == [post["title"]]
    await api.delete(f"/posts/{post['id']}", ann)
    assert (await api.get(f"/posts?{mine}")).json()["total"] == 0
    await api.post(f"/posts/{post['id']}/restore", ann)
    assert await titles(api, mine) == [post["title"]]


async def test_what_is_not_published_is_not_favoured(api: Api, ann: Person) -> None:
    post, bob = await api.write(ann, status="draft"), await api.person()
    path = f"/posts/{post['id']}/favorite"
    assert (await api.call("PUT", path, bob)).status_code == 404
    assert (await api.call("PUT", path, ann)).status_code == 409
    assert (await api.call("PUT", path)).status_code == 401
    await api.delete(f"/posts/{post['id']}", ann)
    assert (await api.call("PUT", path, ann)).status_code == 404


async def test_following_twice_counts_once(api: Api, ann: Person) -> None:
    bob = await api.person()
    for _ in range(2):
        await follow(api, ann, bob)
    assert await profile(api, ann, bob) == (1, True)
    assert await profile(api, ann) == await profile(api, ann, ann) == (1, False)
    for _ in range(2):
        await follow(api, ann, bob, "DELETE")
    assert await profile(api, ann, bob) == (0, False)


async def test_nobody_follows_themselves_or_nobody(api: Api, ann: Person) -> None:
    for method in ("PUT", "DELETE"):
        mine = await api.call(method, f"/users/{ann.username.upper()}/follow", ann)
        assert (mine.status_code, mine.json()["type"].split(":")[-1]) == (409, "own-account")
        assert (await api.call(method, "/users/nobody/follow", ann)).status_code == 404
        assert (await api.call(method, f"/users/{ann.username}/follow")).status_code == 401


async def test_the_feed_has_posts_of_those_whom_one_follows(api: Api, ann: Person) -> None:
    bob, eve, me = [await api.person() for _ in range(3)]
    for author, title in ((ann, "a1"), (bob, "b1"), (eve, "e1"), (ann, "a2"), (bob, "b2")):
        await api.write(author, title=title, tags=["odd" if "1" in title else "even"])
    await api.write(ann, title="draft", status="draft")
    for followed in (ann, bob):
        await follow(api, followed, me)
    feed = "feed=following"
    assert await titles(api, feed, me) == ["b2", "a2", "b1", "a1"]
    assert await titles(api, f"{feed}&sort=published_at&limit=1", me) == ["a1"]
    assert await titles(api, f"{feed}&tag=odd", me) == ["b1", "a1"]
    assert await titles(api, f"{feed}&author={bob.username}", me) == ["b2", "b1"]
    page = (await api.get(f"/posts?{feed}&limit=3", me)).json()
    assert page["total"] == 4
    assert await titles(api, f"{feed}&limit=3&cursor={page['next_cursor']}", me) == ["a1"]
    assert await titles(api, f"{feed}&tag=odd&limit=1", me) == ["b1"]
    assert (await api.get(f"/posts?{feed}&tag=odd&limit=1", me)).json()["total"] == 2
    assert await titles(api, feed, eve) == []
    assert (await api.get(f"/posts?{feed}")).status_code == 401
    assert (await api.get("/posts?feed=friends", me)).status_code == 422
