"""What operators and web clients ask besides the blog itself."""

import asyncio
import logging
from contextlib import suppress
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from core.blog.container import blog_container
from core.dependencies.container import Container
from interface.http.app import create_app
from tests.conftest import api_with, running
from tests.support.api import Api, app_of
from tests.support.settings import settings_for

pytestmark = pytest.mark.one_database

ORIGIN = {"Origin": "https://web.example"}


async def test_the_root_says_where_things_are(api: Api) -> None:
    asked = {"Accept": "application/json"}
    welcome = (await api.client.get("/", headers=asked)).json()
    assert welcome["name"] == "Broadsheet"
    for name in ("docs", "openapi", "health", "readiness"):
        assert (await api.client.get(welcome[name])).status_code == 200


async def test_readiness_names_each_thing(api: Api) -> None:
    ready = (await api.client.get("/readyz")).json()
    assert (ready["status"], ready["primary"], ready["db_schema"]) == ("ready", "up", "present")
    on_mysql = bool(api.container._resources.reads.replicas)
    assert len(ready["replicas"]) == on_mysql
    no_broker = "No broker is configured: servers do the jobs themselves."
    assert ready["broker"] == "not configured"
    if on_mysql:
        assert ready["replicas"][0]["is_read"]
        assert (ready["redis"], ready["notes"]) == ("up", [no_broker])
    else:
        no_replica = "No replica is configured: reads go to the primary."
        assert ready["notes"] == [no_replica, no_broker]


async def test_the_authorize_button_of_the_docs_knows_its_address(api: Api) -> None:
    description = (await api.client.get("/openapi.json")).json()
    [scheme] = description["components"]["securitySchemes"].values()
    assert scheme["flows"]["password"]["tokenUrl"] == "/api/v1/auth/token"


async def test_a_web_client_may_call_and_read_what_it_needs(container: Container) -> None:
    async with api_with(container, cors_origins=("https://web.example",)) as api:
        asked = {
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization, if-match, consistency-token",
        }
        preflight = await api.call("OPTIONS", "/posts", headers=ORIGIN | asked)
        assert preflight.status_code == 200
        assert preflight.headers["Access-Control-Allow-Origin"] == "https://web.example"
        answer = await api.get("/posts/nothing", headers=ORIGIN)
        exposed = answer.headers["Access-Control-Expose-Headers"]
        contract = (
            "ETag, Location, Link, Consistency-Token, X-Request-ID, X-Cache,"
            " Idempotency-Replayed, Retry-After, RateLimit-Policy, RateLimit"
        )
        assert exposed == contract
        other = await api.get("/posts", headers={"Origin": "https://other.example"})
        assert "Access-Control-Allow-Origin" not in other.headers


async def test_no_web_client_may_call_unless_named(api: Api) -> None:
    answer = await api.get("/posts", headers=ORIGIN)
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_all_origins_come_without_credentials(container: Container) -> None:
    async with api_with(container, cors_origins=("*",)) as api:
        answer = await api.get("/posts", headers=ORIGIN)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_an_unforeseen_error_is_a_problem_that_web_clients_can_read(
    container: Container, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("the cause")

    monkeypatch.setattr(Container, "scope", broken)
    async with api_with(container, cors_origins=("https://web.example",)) as api:
        answer = await api.get("/posts", headers=ORIGIN)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "https://web.example"
    assert "the cause" not in answer.text
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]
    [record] = [record for record in caplog.records if record.exc_info]
    assert "the cause" in str(record.exc_info)


async def test_each_request_is_one_line(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "broadsheet.http"):
        await api.get("/posts/nothing")
    [line] = [record.__dict__ for record in caplog.records if record.msg == "request"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/v1/posts/nothing", 404)
    assert line["ms"] > 0


async def status_of(container: Container, caplog: pytest.LogCaptureFixture, receive: Any) -> int:
    """The status that the log has for a registration, of which the server receives this."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/auth/register",
        "query_string": b"",
        "headers": [
            (b"host", b"blog.test"),
            (b"content-type", b"application/json"),
            (b"content-length", b"99"),
        ],
    }

    async def send(_message: Any) -> None:
        """The caller is not there any more."""

    with caplog.at_level(logging.INFO, "broadsheet.http"), suppress(asyncio.CancelledError):
        await create_app(container)(scope, receive, send)
    [line] = [record.__dict__ for record in caplog.records if record.msg == "request"]
    status: int = line["status"]
    return status


async def test_who_hangs_up_in_the_middle_is_told_apart(
    sqlite_container: Container, caplog: pytest.LogCaptureFixture
) -> None:
    half = {"type": "http.request", "body": b'{"user', "more_body": True}
    messages = iter([half, {"type": "http.disconnect"}])

    async def receive() -> Any:
        return next(messages)

    assert await status_of(sqlite_container, caplog, receive) == 499


async def test_what_the_server_drops_is_not_the_callers_doing(
    sqlite_container: Container, caplog: pytest.LogCaptureFixture
) -> None:
    async def receive() -> Any:
        raise asyncio.CancelledError

    assert await status_of(sqlite_container, caplog, receive) == 503


async def test_addresses_are_those_that_the_outside_reaches(container: Container) -> None:
    async with api_with(container, public_url="https://blog.example/here") as api:
        ann = await api.person()
        answer = await api.post("/posts", ann, json={"title": "t", "body": "b"})
        start = "https://blog.example/here/api/v1/posts"
        assert answer.headers["Location"] == f"{start}/{answer.json()['id']}"
        for title in "ab":
            await api.write(ann, title=title)
        listed = await api.get("/posts?limit=1&offset=0&author=" + ann.username)
        assert listed.headers["Link"].startswith(f"<{start}?limit=1&author={ann.username}&cursor=")


async def test_two_servers_never_share_an_sqlite_database(sqlite_container: Container) -> None:
    second = blog_container(sqlite_container._settings)
    with pytest.raises(Exception, match="Another server has this SQLite database"):
        await second.start()
    await second.stop()


async def test_a_schema_that_is_not_the_codes_is_refused(tmp_path: Any) -> None:
    container = blog_container(settings_for(f"sqlite:///{tmp_path}/blog.db"))
    with pytest.raises(Exception, match=r"run `python main.py migrate`"):
        await container.start()
    await container.stop()
    await container.migrate()
    async with running(container._settings) as migrated:
        assert (await migrated.readiness()).status == "ready"


@pytest.mark.parametrize(
    "path", ["/metrics%0A", "/metrics%0D", "/metrics%00", "/api/v1/posts/%00", "/api/v1/posts%0A"]
)
async def test_a_control_character_leads_nowhere(api: Api, path: str) -> None:
    """A proxy that blocks `/metrics` by name lets it pass."""
    answer = await api.client.get(path)
    assert answer.status_code == 404
    assert answer.json()["instance"]


async def test_strangers_learn_of_replicas_only_whether_they_are_read(api: Api) -> None:
    transport = ASGITransport(app_of(api.container), client=("192.0.2.1", 1))
    async with AsyncClient(transport=transport, base_url="http://blog.test") as stranger:
        ready = (await stranger.get("/readyz")).json()
    number = len(api.container._resources.reads.replicas)
    nothing = {"is_read": True, "why_not": None, "lag_seconds": None}
    assert ready["replicas"] == [nothing | {"name": "replica 1"}] * number


async def test_no_browser_guesses_at_a_type(api: Api) -> None:
    for path in ("/posts", "/posts", "/posts", "/posts/nothing", "/users/me"):
        answer = await api.get(path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/docs", "/api/v1/mails/unsubscribe?token="])
async def test_a_page_says_what_it_loads(api: Api, path: str) -> None:
    if path.endswith("="):
        tokens = api.container._resources.unsubscribe_tokens
        path += tokens.write(api.tenant, (await api.person()).id)
    answer = await api.client.get(path)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
