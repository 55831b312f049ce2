"""Whoever wrote never reads the past: on a real primary and a replica that is held back."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio

from application.unit_of_work import ConcurrentChange
from core.config import Settings
from core.dependencies.container import Container
from domain.post import Post
from infra.blog.post.repository import SqlPostRepository
from tests.conftest import fresh_api, running
from tests.harness.mysql import MySQLPair, Replica
from tests.harness.redis_server import RedisServer
from tests.support.api import Api, Person
from tests.support.databases import migrated
from tests.support.metrics import read_metrics
from tests.support.realworld import visitor


@pytest.fixture(scope="module")
def pair(new_module_mysql_pair: Callable[..., MySQLPair]) -> MySQLPair:
    """Servers of this module, whose replica it stops."""
    return new_module_mysql_pair()


@pytest_asyncio.fixture(scope="module")
async def its_container(pair: MySQLPair, redis: RedisServer) -> AsyncIterator[Container]:
    async with running(await migrated(pair, redis)) as container:
        yield container


@pytest_asyncio.fixture
async def api(its_container: Container) -> AsyncIterator[Api]:
    async with fresh_api(its_container) as api:
        yield api


@pytest.fixture
def replica(pair: MySQLPair, its_container: Container) -> Iterator[Replica]:
    """The replica; a test may hold it back."""
    [replica] = pair.replicas
    yield replica
    replica.start_applying()
    replica.wait_until_caught_up()


UNKNOWN = {"Consistency-Token": ""}


def as_caller(person: Person) -> dict[str, str]:
    """Known by the access token alone."""
    return UNKNOWN | person.headers


def with_token(api: Api) -> dict[str, str]:
    """Unknown, with the token of the last answer."""
    return {"Consistency-Token": api.tokens[-1]}


async def test_a_held_back_replica_shows_the_past_to_those_who_did_not_write(
    api: Api, replica: Replica
) -> None:
    ann = await api.person()
    replica.wait_until_caught_up()
    replica.stop_applying()
    post = await api.write(ann)
    path, past = f"/posts/{post['id']}", {"Cache-Control": "no-cache"}
    before = await read_metrics(api.client)
    assert (await api.get(path, headers=UNKNOWN | past)).status_code == 404
    assert (await api.get(path, headers=with_token(api) | past)).status_code == 200
    after = await read_metrics(api.client)
    for name in ("position_waits_total", "position_timeouts_total"):
        assert after.value(name) == before.value(name) + 1
    for server in ("replica", "primary"):
        assert (
            after.value("reads_total", server=server)
            == before.value("reads_total", server=server) + 1
        )


@pytest.mark.parametrize("known_by", ["access token", "consistency token"])
async def test_every_write_shows_in_the_next_read(
    api: Api, replica: Replica, known_by: str
) -> None:
    ann = await api.person()
    replica.wait_until_caught_up()
    replica.stop_applying()

    async def read(path: str) -> tuple[int, dict[str, object]]:
        headers = as_caller(ann) if known_by == "access token" else with_token(api)
        answer = await api.get(path, headers=headers)
        return answer.status_code, answer.json()

    post = await api.write(ann, title="One", tags=["x"])
    path = f"/posts/{post['id']}"
    assert (await read(path))[1]["title"] == "One"
    for query in ("", "?tag=x", f"?author={ann.username}", "?sort=published_at"):
        assert (await read(f"/posts{query}"))[1]["total"] == 1
    await api.patch(path, ann, json={"title": "Two"})
    assert (await read(path))[1]["title"] == "Two"
    assert (await read(f"/posts/{post['slug']}"))[1]["title"] == "Two"
    await api.post(f"{path}/unpublish", ann)
    assert (await read("/posts"))[1]["total"] == 0
    await api.post(f"{path}/publish", ann)
    assert (await read("/posts"))[1]["total"] == 1
    await api.patch("/users/me", ann, json={"bio": "Prints."})
    assert (await read(f"/users/{ann.username}"))[1]["bio"] == "Prints."
    await api.delete(path, ann)
    assert (await read("/posts"))[1]["total"] == 0


async def test_who_registers_or_logs_in_reads_it_at_once(api: Api, replica: Replica) -> None:
    replica.stop_applying()
    ann = await api.person()
    assert (await api.get("/users/me", headers=as_caller(ann))).status_code == 200
    await api.log_in(ann)
    assert (await api.get("/users/me", headers=as_caller(ann))).status_code == 200


async def test_a_refused_command_lets_its_caller_read_why(api: Api, replica: Replica) -> None:
    ann = await api.person()
    post = await api.write(ann)
    path = f"/posts/{post['id']}"
    replica.wait_until_caught_up()
    replica.stop_applying()
    await api.patch(path, ann, json={"title": "New"})
    api.tokens.clear()
    bob = await api.person()
    old = {"If-Match": '"1-x"'} | UNKNOWN
    stale = await api.patch(path, ann, json={"title": "Newer"}, headers=old)
    assert stale.status_code == 412
    token = {"Consistency-Token": stale.headers["Consistency-Token"]}
    assert (await api.get(path, headers=token)).json()["version"] == 2
    refused = await api.patch(path, bob, json={"title": "Mine"}, headers=UNKNOWN)
    assert refused.status_code == 403
    token = {"Consistency-Token": refused.headers["Consistency-Token"]}
    assert (await api.get(path, headers=token)).json()["version"] == 2


async def test_who_lost_against_others_reads_what_they_did(
    api: Api, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await api.person()
    post = await api.write(ann)
    replica.wait_until_caught_up()
    replica.stop_applying()
    await api.patch(f"/posts/{post['id']}", ann, json={"title": "Theirs"})

    async def lost(_self: SqlPostRepository, _post: Post) -> None:
        raise ConcurrentChange

    monkeypatch.setattr(SqlPostRepository, "store", lost)
    patch = {"title": "Ours"}
    answer = await api.patch(f"/posts/{post['id']}", ann, json=patch, headers=UNKNOWN)
    assert answer.status_code == 409
    token = {"Consistency-Token": answer.headers["Consistency-Token"]}
    assert (await api.get(f"/posts/{post['id']}", headers=token)).json()["title"] == "Theirs"


async def test_nothing_changed_answers_with_the_present_position(
    api: Api, replica: Replica
) -> None:
    ann = await api.person()
    post = await api.write(ann)
    replica.wait_until_caught_up()
    replica.stop_applying()
    await api.patch(f"/posts/{post['id']}", ann, json={"title": "New"})
    same = await api.patch(f"/posts/{post['id']}", ann, json={"title": "New"}, headers=UNKNOWN)
    token = {"Consistency-Token": same.headers["Consistency-Token"]}
    assert (await api.get(f"/posts/{post['id']}", headers=token)).json()["title"] == "New"


async def test_tokens_may_be_repeated_or_joined_by_commas(api: Api, replica: Replica) -> None:
    ann = await api.person()
    replica.wait_until_caught_up()
    replica.stop_applying()
    earlier = api.tokens[-1]
    post = await api.write(ann)
    later = api.tokens[-1]
    for sent in (f"{earlier},{later}", f"{later} , {earlier}", f",{later},"):
        answer = await api.get(f"/posts/{post['id']}", headers={"Consistency-Token": sent})
        assert answer.status_code == 200
    headers = [("X-Tenant-Token", api.client.headers["X-Tenant-Token"])]
    headers += [("Consistency-Token", token) for token in (earlier, later)]
    answer = await api.client.get(f"/api/v1/posts/{post['id']}", headers=headers)
    assert answer.status_code == 200


async def test_500_pairs_of_write_and_read_at_concurrency_8(api: Api, replica: Replica) -> None:
    ann = await api.person()
    post_ids = [(await api.write(ann))["id"] for _ in range(8)]
    stale = []

    async def pairs(post_id: str) -> None:
        for number in range(63):
            title = f"title {number}"
            answer = await api.patch(f"/posts/{post_id}", ann, json={"title": title})
            token = {"Consistency-Token": answer.headers["Consistency-Token"]}
            read = (await api.get(f"/posts/{post_id}", headers=token)).json()
            if read["title"] != title:
                stale.append((title, read["title"]))

    async with asyncio.TaskGroup() as group:
        for post_id in post_ids:
            group.create_task(pairs(post_id))
    assert stale == []


async def test_a_read_whose_position_is_reached_stays_on_the_replica(
    api: Api, replica: Replica, pair: MySQLPair
) -> None:
    ann = await api.person()
    post = await api.write(ann)
    replica.wait_until_caught_up()
    on_primary, on_replica = pair.primary.statement_counts(), replica.statement_counts()
    past_cache = as_caller(ann) | {"Cache-Control": "no-cache"}
    for _ in range(10):
        await api.get(f"/posts/{post['id']}", headers=past_cache)
    # each read waits and selects; the watch asks both servers now and then
    asked = (pair.primary.statement_counts() - on_primary)["select"]
    answered = (replica.statement_counts() - on_replica)["select"]
    assert answered >= 20 > 10 > asked


@pytest.mark.parametrize("has_cache", [False, True])
async def test_without_a_replica_the_primary_answers_all(
    mysql_settings: Settings, has_cache: bool
) -> None:
    """Positions are needed then for what others put into the cache, if there is one."""
    settings = mysql_settings.model_copy(update={"database_replica_url": ()})
    alone = settings if has_cache else settings.model_copy(update={"redis_url": ""})
    async with running(alone) as container, fresh_api(container) as api:
        ann = await api.person()
        post = await api.write(ann)
        assert (await api.get(f"/posts/{post['id']}", headers=UNKNOWN)).json()["version"] == 1
        for _ in range(2):
            body = {"refresh_token": ann.refresh_token}
            assert (await api.post("/auth/refresh", json=body)).status_code == 200
        assert bool(container.position_of(api.tokens[-1])) == has_cache


async def test_every_write_shows_in_the_realworld_api_too(api: Api, replica: Replica) -> None:
    """Its clients send their access token alone."""
    ann, bob = await visitor(api), await visitor(api)
    replica.wait_until_caught_up()
    replica.stop_applying()

    async def read(path: str) -> Any:
        return await ann.get(path, **UNKNOWN)

    slug = (await ann.write(tagList=["new"]))["slug"]
    path = f"/articles/{slug}"
    assert (await read(path))["article"]["slug"] == slug
    for query in ("", "?tag=new", f"?author={ann.username}"):
        assert (await read(f"/articles{query}"))["articlesCount"] == 1
    assert (await read("/tags"))["tags"] == ["new"]
    await ann.call("POST", f"{path}/favorite")
    assert (await read(path))["article"]["favorited"] is True
    assert (await read(f"/articles?favorited={ann.username}"))["articlesCount"] == 1
    await ann.call("POST", f"{path}/comments", {"comment": {"body": "Said"}})
    assert [each["id"] for each in (await read(f"{path}/comments"))["comments"]] == [1]
    await ann.call("PUT", path, {"article": {"title": "Another"}})
    for address in ("another", slug):
        article = (await read(f"/articles/{address}"))["article"]
        assert (article["title"], article["favorited"]) == ("Another", True)
    await bob.write()
    await ann.call("POST", f"/profiles/{bob.username}/follow")
    assert (await read(f"/profiles/{bob.username}"))["profile"]["following"] is True
    assert (await read("/articles/feed"))["articlesCount"] == 1
    await ann.call("PUT", "/user", {"user": {"bio": "Prints."}})
    assert (await read("/user"))["user"]["bio"] == "Prints."
    assert (await read("/articles/another"))["article"]["author"]["bio"] == "Prints."
    await ann.call("DELETE", "/articles/another")
    assert (await read(f"/articles?author={ann.username}"))["articlesCount"] == 0
