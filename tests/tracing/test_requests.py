"""The spans of requests: which there are, below what, and what they hold."""

import json
import logging
from ipaddress import ip_network
from typing import Any, cast
from uuid import UUID

import pytest

from application.tag.queries import TagQueryService
from core.dependencies.scope import ServiceScope
from core.logging import configure_logging
from tests.harness.collector import Collector, Received
from tests.support.api import PASSWORD
from tests.tracing.conftest import Traced

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SENT = f"00-{TRACE}-{PARENT}-01"
NEARBY = (ip_network("127.0.0.0/8"),)
HOSTILE = (
    "",
    "00",
    f"00-{TRACE}-{PARENT}",
    f"00-{TRACE}-{PARENT}-01-more",
    f"ff-{TRACE}-{PARENT}-01",
    f"00-{'0' * 32}-{PARENT}-01",
    f"00-{TRACE}-{'0' * 16}-01",
    f"00-{TRACE.upper()}-{PARENT}-01",
    f"00-{TRACE}-{PARENT}-zz",
    f"00-{TRACE}-{PARENT}-01\x00",
    SENT * 100,
    "\u00ff" * 55,
)


def requests_in(collector: Collector, route: str) -> list[Received]:
    return [span for span in collector.spans if span.attributes.get("http.route") == route]


async def test_a_request_is_a_span_with_its_statements_below(
    traced: Traced, collector: Collector
) -> None:
    async with traced() as api:
        ann = await api.person()
        answer = await api.post(
            "/posts", ann, json={"title": "Ink", "body": "b", "status": "published"}
        )
        lost = await api.get(f"/posts/{UUID(int=1)}", ann)
    assert (answer.status_code, lost.status_code) == (201, 404)
    [span] = [each for each in collector.spans if each.name == "POST /api/v1/posts"]
    assert (span.kind, span.parent_id, span.has_failed) == ("server", "", False)
    assert span.attributes == {
        "http.request.method": "POST",
        "http.route": "/api/v1/posts",
        "http.response.status_code": 201,
        "url.scheme": "http",
        "broadsheet.tenant": str(api.tenant),
        "broadsheet.request_id": answer.headers["X-Request-ID"],
    }
    below = [each for each in collector.trace(span.trace_id) if each is not span]
    assert {each.parent_id for each in below} == {span.span_id}
    names = [each.name for each in below]
    assert {"INSERT post", "commit", "raise floors"} <= set(names)
    [insert] = [each for each in below if each.name == "INSERT post"]
    assert insert.kind == "client"
    assert insert.attributes == {
        "db.system.name": "sqlite",
        "db.operation.name": "INSERT",
        "db.collection.name": "post",
        "broadsheet.server.role": "write",
    }
    [miss] = requests_in(collector, "/api/v1/posts/{post_id}")
    assert miss.attributes["broadsheet.cache"] == "MISS"
    assert all(span.start <= each.start <= each.end <= span.end for each in below)


async def test_a_hit_of_the_front_is_one_span_or_none(
    traced: Traced, collector: Collector, caplog: pytest.LogCaptureFixture
) -> None:
    async with traced() as api:
        path = f"/posts/{(await api.write(await api.person()))['id']}"
        for _ in range(3):
            hit = await api.get(path, headers={"X-Request-ID": "mine"})
        assert hit.headers["X-Cache"] == "HIT"
    spans = requests_in(collector, "/api/v1/posts/{post_id}")
    hits = [span for span in spans if span.attributes["broadsheet.cache"] == "HIT"]
    assert len(hits) >= 1
    for each in hits:
        assert collector.trace(each.trace_id) == [each]
        assert each.name == "GET /api/v1/posts/{post_id}"
        assert each.attributes["broadsheet.tenant"] == str(api.tenant)
        assert each.attributes["broadsheet.request_id"] == "mine"
    collector.spans.clear()
    async with traced({"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0"}) as (
        unsampled
    ):
        await unsampled.write(await unsampled.person())
        assert (await unsampled.get("/posts")).status_code == 200
    assert collector.spans == []


async def test_only_named_clients_say_which_trace_it_is(
    traced: Traced, collector: Collector
) -> None:
    for clients in (NEARBY, (), (ip_network("10.0.0.0/8"),)):
        collector.spans.clear()
        async with traced(trace_clients=clients) as api:
            await api.get("/tags", headers={"traceparent": SENT, "baggage": "a=" + "b" * 8192})
            await api.get("/blog", headers={"traceparent": SENT[:-1] + "0"})
        first = {span.trace_id for span in requests_in(collector, "/api/v1/tags")}
        if clients == NEARBY:
            [span] = requests_in(collector, "/api/v1/tags")
            assert (span.trace_id, span.parent_id) == (TRACE, PARENT)
            # its client does not sample it, and is followed in that
            assert requests_in(collector, "/api/v1/blog") == []
        else:
            assert TRACE not in first
            assert len(requests_in(collector, "/api/v1/blog")) == 1


async def test_a_hostile_traceparent_begins_a_new_trace(
    traced: Traced, collector: Collector, caplog: pytest.LogCaptureFixture
) -> None:
    async with traced(trace_clients=NEARBY) as api:
        for value in HOSTILE:
            headers = {"traceparent": value.encode("latin-1"), "tracestate": b"x" * 8192}
            answer = await api.client.get("/api/v1/tags", headers=headers)  # type: ignore[arg-type]
            assert answer.status_code == 200
    spans = requests_in(collector, "/api/v1/tags")
    assert len(spans) == len(HOSTILE)
    assert {span.parent_id for span in spans} == {""}
    assert TRACE not in {span.trace_id for span in spans}
    assert "traceparent" not in caplog.text


async def test_nothing_secret_or_personal_is_in_a_span_or_a_log(
    traced: Traced, collector: Collector, capfd: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure_logging(as_json=True)
    try:
        async with traced(trace_clients=NEARBY) as api:
            ann = await api.registered()
            text = {"title": "Planted-title", "body": "planted-body", "summary": "planted-summary"}
            post = (await api.post("/posts", ann, json=text)).json()
            await api.patch(f"/posts/{post['id']}", ann, json={"body": "planted-body"})
            await api.get("/posts?search=planted-query&status=draft", ann)
            await api.get("/planted-path", headers={"User-Agent": "planted-agent"})
            await api.post("/auth/token", data={"username": ann.email, "password": "planted-word"})
            await api.post(f"/auth/verify?token={ann.refresh_token}")
            await api.call("PUT", "/users/planted-name/follow", ann)
            logging.getLogger("test").warning("not traced")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    secrets = [ann.access_token, ann.refresh_token, ann.email, PASSWORD, "lanted-", "@example.com"]
    sent = b"".join(collector.bodies)
    assert len(collector.spans) > 20
    assert [secret for secret in secrets if secret.encode() in sent] == []
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line[0] == "{"]
    own = json.dumps([line for line in lines if line["logger"] != "httpx"])
    # paths are in the log
    words = [f"planted-{word}" for word in ("body", "summary", "query", "word")]
    assert [secret for secret in (*secrets[:4], *words) if secret in own] == []
    of_requests = [line for line in lines if line["event"] == "request"]
    assert len(of_requests) >= 7
    known = {(span.trace_id, span.span_id) for span in collector.spans}
    assert {(line["trace_id"], line["span_id"]) for line in of_requests} <= known
    [alone] = [line for line in lines if line["event"] == "not traced"]
    assert "trace_id" not in alone


def broken(_: ServiceScope) -> None:
    raise LookupError("planted")


async def test_an_error_is_told_by_its_kind_alone(
    traced: Traced, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with traced() as api:
        services = api.container._resources.registry.services
        monkeypatch.setitem(cast(dict[Any, Any], services), TagQueryService, broken)
        assert (await api.get("/tags")).status_code == 500
    [span] = requests_in(collector, "/api/v1/tags")
    assert span.has_failed
    assert span.attributes["error.type"] == "LookupError"
    assert b"planted" not in b"".join(collector.bodies)
