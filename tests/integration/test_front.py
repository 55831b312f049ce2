"""The front: the same answers as the framework's, for anonymous and authenticated callers."""

import asyncio
import logging
from time import time
from typing import Any

import jwt
import pytest
from httpx import ASGITransport, AsyncClient, Headers, Response
from starlette.types import ASGIApp

from application.article import queries
from application.caching import TenantCall
from core.dependencies.container import Container
from domain.caller import Role
from infra.cache.floors import FloorCache
from interface.http import front
from interface.http.app import create_app
from interface.http.front import FrontLayer
from tests.conftest import fresh_api
from tests.support.api import Api, Person
from tests.support.metrics import read_metrics
from tests.support.realworld import visitor

INSIDE = {"Cache-Control": "max-age=0"}  # the front leaves it to the framework
OF_ONE_REQUEST = ("x-request-id", "server-timing")
ORIGIN = {"Origin": "https://web.example"}


@pytest.fixture
async def ann(api: Api) -> Person:
    return await api.person()


@pytest.fixture
async def paths(api: Api, ann: Person) -> list[str]:
    """What anybody reads, some of it more than a page."""
    posts = [await api.write(ann, title=f"page {n}", tags=["ink"]) for n in range(3)]
    await api.patch(f"/posts/{posts[0]['id']}", ann, json={"slug": "another"})
    await api.post(f"/posts/{posts[1]['id']}/comments", ann, json={"body": "b"})
    of_posts = [f"/posts/{posts[1]['id']}", f"/posts/{posts[1]['slug']}", "/posts/another"]
    former = f"/posts/{posts[0]['slug']}"
    comments = f"/posts/{posts[1]['id']}/comments"
    lists = ["/posts", "/posts?limit=1", "/posts?limit=1&offset=1&tag=ink", "/posts?q=page"]
    articles = ["/api/articles", f"/api{former.replace('posts', 'articles')}", "/api/tags"]
    articles += [f"/api/articles/{posts[1]['slug']}{path}" for path in ("", "/comments")]
    people = [f"/users/{ann.username}", f"/api/profiles/{ann.username}"]
    api.tokens.clear()  # from here on it is nobody who asks
    return [*lists, *of_posts, former, comments, f"{comments}/1", "/tags", *articles, *people]


async def from_front(
    api: Api, caplog: pytest.LogCaptureFixture, path: str, **options: Any
) -> tuple[Response, bool]:
    """Ask, and tell whether the front answered: then the request has no line in the log."""
    caplog.clear()
    with caplog.at_level(logging.INFO, "broadsheet.http"):
        answer = await api.get(path, **options)
    return answer, not [record for record in caplog.records if record.msg == "request"]


def said(answer: Response) -> tuple[object, ...]:
    headers = {name: of for name, of in answer.headers.items() if name not in OF_ONE_REQUEST}
    return answer.status_code, headers, answer.content


async def test_it_answers_as_the_framework_does(
    api: Api, paths: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    for path in paths:
        first = await api.get(path)
        etags = {"If-None-Match": first.headers.get("ETag", "none")}
        for sent in ({}, etags, ORIGIN, {"Host": "other.test"}, {}):
            inside, is_from_front = await from_front(api, caplog, path, headers=sent | INSIDE)
            assert (inside.headers["X-Cache"], is_from_front) == ("HIT", False)
            answer, is_from_front = await from_front(api, caplog, path, headers=sent)
            assert is_from_front, path
            assert said(answer) == said(inside)
            assert answer.headers.keys() == inside.headers.keys()


@pytest.mark.parametrize("role", Role)
async def test_it_answers_callers_as_the_framework_does(
    api: Api, paths: list[str], caplog: pytest.LogCaptureFixture, role: Role
) -> None:
    caller = await api.person(role)
    token = api.tokens[-1]
    api.tokens.clear()
    for path in paths:
        first = await api.get(path)
        etags = {"If-None-Match": first.headers.get("ETag", "none")}
        for by in (caller.headers, {"Consistency-Token": token}, caller.headers):
            await api.get(path, headers=by)
            for sent in (by, by | etags, by | ORIGIN):
                inside, _ = await from_front(api, caplog, path, headers=sent | INSIDE)
                answer, is_from_front = await from_front(api, caplog, path, headers=sent)
                assert is_from_front, path
                assert said(answer) == said(inside)
                assert answer.headers["X-Cache"] == "HIT"
                assert answer.headers["Cache-Control"] == "private, no-cache"


async def test_it_marks_what_a_caller_favours_and_whom_they_follow(
    api: Api, paths: list[str], ann: Person, caplog: pytest.LogCaptureFixture
) -> None:
    reader = await visitor(api)
    shown = [path for path in paths if path.startswith("/api/") and path != "/api/tags"]
    for path in (*shown, *shown):
        await reader.get(path.removeprefix("/api"))
    await api.call("POST", f"{shown[2]}/favorite", headers=reader.headers)
    await api.call("POST", f"{shown[-1]}/follow", headers=reader.headers)
    api.tokens.clear()
    for path in shown:
        await api.get(path, headers=reader.headers)
        inside, _ = await from_front(api, caplog, path, headers=reader.headers | INSIDE)
        answer, is_from_front = await from_front(api, caplog, path, headers=reader.headers)
        assert is_from_front, path
        assert said(answer) == said(inside)
        assert b'"following":true' in answer.content
        assert (b'"favorited":true' in answer.content) == (path in (shown[0], shown[2]))


async def test_marks_of_many_are_left_to_the_framework(
    api: Api, paths: list[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MARKS_CACHED", 0)
    reader = await visitor(api)
    await reader.call("POST", "/articles/page-1/favorite")
    for _ in range(3):
        answer, is_from_front = await from_front(
            api, caplog, "/api/articles", headers=reader.headers
        )
        assert b'"favorited":true' in answer.content
        assert not is_from_front


async def test_it_takes_no_token_that_is_not_valid_any_more(api: Api, ann: Person) -> None:
    [secret] = api.container._resources.secrets
    claims = jwt.decode(ann.access_token, options={"verify_signature": False})
    short = jwt.encode(claims | {"exp": time() + 2}, secret)
    headers = {"Authorization": f"Bearer {short}"}
    for _ in range(2):
        assert (await api.get("/tags", headers=headers)).status_code == 200

    async def is_refused() -> bool:
        return (await api.get("/tags", headers=headers)).status_code == 401

    async with asyncio.timeout(10):
        while not await is_refused():
            assert time() < claims["exp"]


async def test_it_takes_no_token_of_another_tenant(api: Api, ann: Person) -> None:
    async with fresh_api(api.container) as other:
        for _ in range(2):
            assert (await other.get("/tags")).status_code == 200
        answers = [await other.get("/tags", ann), await other.get("/tags", ann)]
        assert [answer.status_code for answer in answers] == [401, 401]


async def test_a_draft_is_its_authors_alone(
    api: Api, ann: Person, caplog: pytest.LogCaptureFixture
) -> None:
    draft, bob = await api.write(ann, status="draft"), await api.person()
    for _ in range(3):
        own, is_from_front = await from_front(api, caplog, f"/posts/{draft['id']}", by=ann)
        assert (own.status_code, is_from_front) == (200, False)
        assert own.headers["Cache-Control"] == "private, no-store"
        assert (await api.get(f"/posts/{draft['id']}", bob)).status_code == 404


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Cache-Control", "no-cache"),
        ("Authorization", "Basic of nobody"),
        ("X-Tenant-Token", "{tenant}"),  # a second time
    ],
)
async def test_it_leaves_what_is_not_of_everyone(
    api: Api, caplog: pytest.LogCaptureFixture, name: str, value: str
) -> None:
    for _ in range(2):
        await api.get("/tags")
    assert (await from_front(api, caplog, "/tags"))[1]
    token = api.client.headers["X-Tenant-Token"]
    request = api.client.build_request("GET", "/api/v1/tags")
    request.headers = Headers([*request.headers.multi_items(), (name, value.format(tenant=token))])
    caplog.clear()
    with caplog.at_level(logging.INFO, "broadsheet.http"):
        await api.client.send(request)
    assert [record for record in caplog.records if record.msg == "request"]


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS"])
async def test_it_leaves_what_is_no_get(
    api: Api, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    for _ in range(2):
        await api.get("/tags")
    caplog.clear()
    with caplog.at_level(logging.INFO, "broadsheet.http"):
        await api.call(method, "/tags")
    assert [record for record in caplog.records if record.msg == "request"]


async def test_a_tenant_token_that_is_empty_is_not_none(api: Api) -> None:
    api.client.headers.pop("X-Tenant-Token")
    for _ in range(2):
        assert (await api.get("/tags")).status_code == 200
    assert (await api.get("/tags", headers={"X-Tenant-Token": ""})).status_code == 401


async def test_a_change_is_seen_at_once(
    api: Api, ann: Person, caplog: pytest.LogCaptureFixture
) -> None:
    post = await api.write(ann, title="Before")
    for title in ("After", "Afterwards"):
        api.tokens.clear()
        for _ in range(3):
            answer, is_from_front = await from_front(api, caplog, f"/posts/{post['id']}")
        assert is_from_front
        changed = await api.patch(f"/posts/{post['id']}", ann, json={"title": title})
        assert changed.json()["title"] == title
        api.tokens.clear()
        answer = await api.get(f"/posts/{post['id']}")
        assert (answer.json()["title"], answer.headers["X-Cache"]) == (title, "MISS")


async def test_what_another_process_keeps_goes_out_whole(api: Api, ann: Person) -> None:
    post = await api.write(ann, title="Before")
    here, there = (client_of(create_app(api.container), api) for _ in range(2))
    path = f"/api/v1/posts/{post['id']}"
    for _ in range(2):
        await here.get(path)
    await api.patch(f"/posts/{post['id']}", ann, json={"title": "Now it is longer"})
    changed, answer = await there.get(path), await here.get(path)
    assert (changed.headers["X-Cache"], answer.headers["X-Cache"]) == ("MISS", "HIT")
    for name in ("ETag", "Content-Length"):
        assert answer.headers[name] == changed.headers[name]
    assert answer.content == changed.content


async def test_addresses_in_it_are_those_that_the_caller_knows(api: Api, paths: list[str]) -> None:
    app, path = create_app(api.container), "/api/v1/posts?limit=1"
    host, none = {"Host": "blog.test"}, {"Host": "no host"}  # then it is the server's address
    ways = [
        ("http://one.test", host, ""),
        ("https://one.test", host, ""),
        ("https://one.test", none, ""),
        ("https://two.test", none, ""),
        ("https://two.test", none, "/blog"),
    ]
    links = set()
    await client_of(app, api).get(path)
    for base, headers, root_path in ways:
        client = client_of(app, api, base, root_path)
        answer = await client.get(path, headers=headers)
        inside = await client.get(path, headers=headers | INSIDE)
        assert said(answer) == said(inside)
        links.add(answer.headers["Link"])
    assert len(links) == len(ways)


def client_of(
    app: ASGIApp, api: Api, base_url: str = "http://blog.test", root_path: str = ""
) -> AsyncClient:
    transport = ASGITransport(app, root_path=root_path)
    token = {"X-Tenant-Token": api.client.headers["X-Tenant-Token"]}
    return AsyncClient(transport=transport, base_url=base_url, headers=token)


async def test_who_names_a_request_finds_its_line(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        await api.get("/tags")
    with caplog.at_level(logging.INFO, "broadsheet.http"):
        await api.get("/tags", headers={"X-Request-ID": "looked-for"})
    [line] = [record for record in caplog.records if record.msg == "request"]
    assert vars(line)["request_id"] == "looked-for"


async def test_a_hit_counts_as_its_route(api: Api, paths: list[str]) -> None:
    labels = {"route": "/api/v1/posts/{post_id}", "status": "200", "method": "GET"}
    name = "http_request_duration_seconds_count"
    await api.get(paths[4])
    before = (await read_metrics(api.client)).value(name, **labels)
    for _ in range(2):
        await api.get(paths[4])
    assert (await read_metrics(api.client)).value(name, **labels) == before + 2


@pytest.mark.parametrize("allowed", [("https://web.example",), ("*",), ()])
async def test_browsers_are_let_in_as_by_the_framework(
    sqlite_container: Container, allowed: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Container, "cors_origins", allowed)
    transport = ASGITransport(create_app(sqlite_container))
    async with AsyncClient(transport=transport, base_url="http://blog.test") as client:
        for _ in range(2):
            await client.get("/api/v1/tags")
        for origin in ("https://web.example", "https://other.example", "null"):
            inside = await client.get("/api/v1/tags", headers=INSIDE | {"Origin": origin})
            answer = await client.get("/api/v1/tags", headers={"Origin": origin})
            assert said(answer) == said(inside)
            lets_in = answer.headers.get("Access-Control-Allow-Origin")
            assert (lets_in is not None) == (allowed == ("*",) or origin in allowed)


async def test_what_fails_in_it_is_answered_behind_it(
    api: Api, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(cache: FloorCache, tenant_call: TenantCall, required: None) -> None:
        raise LookupError("the cause")

    for _ in range(2):
        await api.get("/tags")
    monkeypatch.setattr(FloorCache, "lookup", broken)
    answer = await api.get("/tags")
    assert (answer.status_code, answer.headers["X-Cache"]) == (200, "HIT")
    assert "the cause" in caplog.text


async def test_what_is_not_there_is_not_remembered(api: Api) -> None:
    app = create_app(api.container)
    assert isinstance(app, FrontLayer)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://blog.test") as client:
        for _ in range(2):
            assert (await client.get("/api/v1/posts/nothing")).status_code == 404
    assert not app._known


async def test_a_root_path_stands_once_in_the_way_to_the_next_page(
    api: Api, paths: list[str]
) -> None:
    async with client_of(create_app(api.container), api, root_path="/blog") as client:
        for _ in range(2):
            answer = await client.get("/blog/api/v1/posts?limit=1")
            link = answer.links["next"]["url"]
            assert link.startswith("http://blog.test/blog/api/v1/posts?limit=1&cursor=")
            assert (await client.get(link)).status_code == 200


async def test_it_remembers_so_many_and_no_long_ones(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "_LIMIT", 3)
    app = create_app(api.container)
    assert isinstance(app, FrontLayer)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://blog.test") as client:
        for offset in range(5):
            await client.get(f"/api/v1/posts?offset={offset}")
        known = list(app._known)
        assert [query for _, _, query in known] == [b"offset=%d" % n for n in (2, 3, 4)]
        assert (await client.get(f"/api/v1/posts?q={'long+' * 98}")).status_code == 200
        assert list(app._known) == known
        [*_, last] = app._known.values()
        for sent, is_kept in (({}, True), ({"If-None-Match": "long" * 125}, False)):
            assert (await client.get("/api/v1/posts?offset=4", headers=sent)).status_code == 200
            assert (True in last.heads) == is_kept
