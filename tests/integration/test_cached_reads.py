"""Cached reads over the API: what is kept, for whom, and that no change is hidden by it."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from application.post.ports import PostRepository
from core.dependencies.container import Container
from domain.caller import Role
from domain.ids import new_id
from domain.post import AddressKind
from infra.database.clock import from_now
from infra.database.tables import touched
from tests.support.api import Api, Person
from tests.support.statements import recorded

SECONDS_TO_SWEEP = 10


@pytest.fixture
async def ann(api: Api) -> Person:
    return await api.person()


async def x_cache(api: Api, path: str, by: Person | None = None, **options: Any) -> str:
    return (await api.get(path, by, **options)).headers["X-Cache"]


READS = ["/posts", "/posts/{id}", "/posts/{slug}", "/posts/{id}/comments", "/tags", "/users/{ann}"]


@pytest.mark.parametrize("path", [*READS, "/posts/nothing", "/posts?q=title", "/users/nobody"])
async def test_the_second_read_takes_no_connection(api: Api, ann: Person, path: str) -> None:
    post = await api.write(ann, tags=["x"])
    path = path.format(id=post["id"], slug=post["slug"], ann=ann.username)
    first = await api.get(path)
    with recorded(api.container) as seen:
        again = await api.get(path)
        known = {"If-None-Match": again.headers.get("ETag", "none")}
        conditional = await api.get(path, headers=known)
    assert (first.headers["X-Cache"], again.headers["X-Cache"]) == ("MISS", "HIT")
    assert (again.status_code, seen) == (first.status_code, [])
    if again.is_success:
        assert again.content == first.content
        assert (conditional.status_code, conditional.content) == (304, b"")


@pytest.mark.parametrize("role", Role)
async def test_a_hit_takes_no_statement_whoever_asks(api: Api, ann: Person, role: Role) -> None:
    post = await api.write(ann, tags=["x"])
    caller = await api.person(role)
    for read in READS:
        path = read.format(id=post["id"], slug=post["slug"], ann=ann.username)
        shared = await api.get(path)
        for who in (caller, ann):
            await api.get(path, who)
            with recorded(api.container) as seen:
                hits = [await api.get(path, who) for _ in range(5)]
            assert {hit.headers["X-Cache"] for hit in hits} == {"HIT"}
            assert {hit.content for hit in hits} == {shared.content}
            assert seen == []


async def test_no_cache_goes_past_it(api: Api, ann: Person) -> None:
    await api.write(ann)
    past = {"Cache-Control": "no-cache"}
    outcomes = [await x_cache(api, "/posts", headers=past) for _ in range(2)]
    assert outcomes == ["BYPASS"] * 2
    assert [await x_cache(api, "/posts") for _ in range(2)] == ["MISS", "HIT"]


@pytest.mark.parametrize("value", ["No-Cache", "max-age=0, no-cache"])
async def test_no_cache_is_heard_in_any_spelling(api: Api, value: str) -> None:
    assert [await x_cache(api, "/tags") for _ in range(2)] == ["MISS", "HIT"]
    assert await x_cache(api, "/tags", headers={"Cache-Control": value}) == "BYPASS"


async def test_a_slug_that_was_nobodys_leads_to_its_post_at_once(api: Api, ann: Person) -> None:
    post = await api.write(ann)
    assert [(await api.get("/posts/formerly-so")).status_code for _ in range(2)] == [404, 404]
    async with api.container.scope(api.tenant).write_uow as uow:
        assert await uow[PostRepository].claim("formerly-so", UUID(post["id"]), AddressKind.SLUG)
        await uow.commit()
    assert (await api.get("/posts/formerly-so")).status_code == 301


async def test_what_nobody_sees_makes_nothing_old(api: Api, ann: Person) -> None:
    """A draft that is written and edited leaves all lists as they are; to publish it does not."""

    async def of_list() -> str:
        api.tokens.clear()
        return await x_cache(api, "/posts")

    await of_list()
    draft = await api.write(ann, status="draft", tags=["x"])
    path = f"/posts/{draft['id']}"
    assert (await api.get(f"/posts/{draft['slug']}")).status_code == 404
    await api.patch(path, ann, json={"title": "Another"})
    assert await of_list() == "HIT"
    await api.post(f"{path}/publish", ann)
    assert await of_list() == "MISS"
    assert (await api.get(f"/posts/{draft['slug']}")).json()["title"] == "Another"
    await api.post(f"{path}/unpublish", ann)
    assert await of_list() == "MISS"
    assert (await api.get(f"/posts/{draft['slug']}")).status_code == 404
    await api.delete(path, ann)
    assert await of_list() == "HIT"


async def test_a_draft_stands_at_once_where_there_was_nothing(api: Api, ann: Person) -> None:
    path, bob = "/posts/looked-for", await api.person()
    assert (await api.get(path)).status_code == 404
    draft = await api.write(ann, status="draft", slug="looked-for")
    assert (await api.get(path, ann)).json()["id"] == draft["id"]
    for who in (bob, None):
        assert (await api.get(path, who)).status_code == 404
    await api.post(f"/posts/{draft['id']}/publish", ann)
    api.tokens.clear()
    assert (await api.get(path)).json()["id"] == draft["id"]


async def test_pages_and_filters_are_kept_apart(api: Api, ann: Person) -> None:
    for title in ("one", "two", "three"):
        await api.write(ann, title=title, tags=[title])
    seen = set()
    for query in (
        "limit=1",
        "limit=1&offset=1",
        "limit=1&offset=2",
        "tag=one",
        "q=two",
        "sort=title",
    ):
        answer = await api.get(f"/posts?{query}")
        assert answer.headers["X-Cache"] == "MISS"
        seen.add(answer.content)
    assert len(seen) == 6
    assert await x_cache(api, "/posts?limit=1&offset=1") == "HIT"


async def test_an_empty_list_is_a_hit(api: Api) -> None:
    assert [await x_cache(api, "/posts?tag=none") for _ in range(2)] == ["MISS", "HIT"]


async def test_everyone_sees_a_change_at_once(api: Api, ann: Person) -> None:
    post = await api.write(ann, title="Before", tags=["old"])
    by_id, by_slug = f"/posts/{post['id']}", f"/posts/{post['slug']}"
    paths = ["/posts", by_id, by_slug, "/tags", f"{by_id}/comments", "/posts?tag=old"]
    api.tokens.clear()

    async def seen() -> list[str]:
        """As somebody sees it who wrote nothing and sends no token."""
        answers = [await api.client.get(f"/api/v1{path}") for path in paths]
        return [answer.text for answer in answers]

    before = await seen()
    assert before == await seen()
    await api.patch(by_id, ann, json={"title": "After", "tags": ["new"]})
    api.tokens.clear()
    now = await seen()
    assert [a != b for a, b in zip(before, now, strict=True)] == [
        True,
        True,
        True,
        True,
        False,
        True,
    ]
    for method, path in (("PUT", f"{by_id}/favorite"), ("POST", f"{by_id}/comments")):
        body = {"body": "Said."} if method == "POST" else None
        await api.call(method, path, ann, json=body)
        api.tokens.clear()
    counted = (await api.client.get(f"/api/v1{by_slug}")).json()
    assert (counted["favorites_count"], counted["comments_count"]) == (1, 1)
    assert "Said." in (await api.client.get(f"/api/v1{by_id}/comments")).text
    await api.patch("/users/me", ann, json={"display_name": "Anna"})
    await api.delete(by_id, ann)
    api.tokens.clear()
    for path in (by_id, by_slug, f"{by_id}/comments"):
        assert (await api.client.get(f"/api/v1{path}")).status_code == 404
    assert (await api.client.get("/api/v1/posts")).json()["total"] == 0


async def test_nobody_gets_what_another_alone_may_see(api: Api, ann: Person) -> None:
    editor, reader = await api.person(Role.EDITOR), await api.person(Role.READER)
    draft, post = await api.write(ann, status="draft"), await api.write(ann)
    for _ in range(2):
        for who, sees in ((None, False), (ann, True), (reader, False), (editor, True)):
            hidden = await api.get(f"/posts/{draft['id']}", who)
            assert hidden.status_code == (200 if sees else 404)
            shown = (await api.get(f"/posts/{post['id']}", who)).json()
            listed = (await api.get("/posts", who)).json()["items"][0]
            assert "deleted_at" not in shown.keys() | listed.keys()
    for path in (f"/posts/{post['id']}", "/posts"):
        for who in (reader, ann, editor):
            assert await x_cache(api, path, who) == "HIT"


@pytest.mark.parametrize("is_sent", [False, True])
async def test_the_sweep_sends_what_a_writer_could_not(
    container: Container, api: Api, ann: Person, is_sent: bool
) -> None:
    """A writer that died after its COMMIT has left a row."""
    await api.write(ann)
    assert [await x_cache(api, "/posts") for _ in range(2)] == ["MISS", "HIT"]
    primary, row_id = container._resources.primary, new_id()
    row = {"id": row_id, "tenant": api.tenant, "tags": ["posts"], "writers": []}
    async with primary.engine.begin() as connection:
        await connection.execute(insert(touched).values(row | {"touched_at": from_now()}))
    if is_sent:
        primary.sent_changes.add(row_id)
    async with asyncio.timeout(SECONDS_TO_SWEEP):
        # a late row is deleted a moment before reads use the cache again
        while await is_there(container, row_id) or container._resources.backlog.exists:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert await x_cache(api, "/posts") == ("HIT" if is_sent else "MISS")


async def is_there(container: Container, row_id: UUID) -> bool:
    async with container._resources.reads.primary.connect() as connection:
        found = select(touched.c.id).where(touched.c.id == row_id)
        return (await connection.execute(found)).first() is not None
