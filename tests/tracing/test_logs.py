"""The lines of the log, as a collector gets them."""

import logging
from ipaddress import ip_network

import pytest

from core.logging import json_formatter
from infra.otlp.logs import LogExport
from infra.otlp.resource import resource_of
from tests.harness.collector import Collector
from tests.support.api import PASSWORD
from tests.tracing.conftest import Traced

SENT = {"OTEL_LOGS_EXPORTER": "otlp"}
NEARBY = (ip_network("127.0.0.0/8"),)


async def test_a_line_has_the_trace_of_its_request_and_nothing_secret(
    traced: Traced, collector: Collector
) -> None:
    logging.getLogger("broadsheet").setLevel(logging.INFO)
    async with traced(SENT, trace_clients=NEARBY) as api:
        ann = await api.registered()
        text = {"title": "Planted-title", "body": "planted-body"}
        await api.post("/posts", ann, json=text, headers={"X-Request-ID": "mine"})
        await api.post("/auth/token", data={"username": ann.email, "password": "planted-word"})
        await api.get("/posts?search=planted-query")
        await api.get("/planted%1b[31m" + "x" * 600)
    lines = [line for line in collector.lines if line.text == "request"]
    [line] = [each for each in lines if each.attributes.get("request_id") == "mine"]
    assert (line.service, line.level) == ("broadsheet-api", "INFO")
    assert line.attributes["path"] == "/api/v1/posts"
    assert (line.attributes["method"], line.attributes["status"]) == ("POST", 201)
    [span] = [each for each in collector.spans if each.span_id == line.span_id]
    assert (span.trace_id, span.name) == (line.trace_id, "POST /api/v1/posts")
    paths = [str(each.attributes["path"]) for each in lines]
    assert all(path.isprintable() and len(path) < 600 for path in paths)
    planted = [f"planted-{word}" for word in ("body", "word", "query")]
    secrets = [ann.access_token, ann.refresh_token, PASSWORD, "Planted-title", *planted]
    own = str([each for each in collector.lines if "planted-query" not in each.text])
    assert [secret for secret in secrets if secret in own] == []


async def test_an_error_has_its_kind_and_where_it_was_without_values(
    traced: Traced, collector: Collector
) -> None:
    async with traced(SENT):
        try:
            secret = "planted" + "-value"
            raise LookupError(len(secret))
        except LookupError:
            logging.getLogger("test").exception("failed", extra={"of": [1, 2]})
    [line] = [each for each in collector.lines if each.text == "failed"]
    assert (line.level, line.trace_id) == ("ERROR", "")
    assert line.attributes["exception.type"] == "LookupError"
    assert "test_logs.py" in str(line.attributes["exception.stacktrace"])
    assert line.attributes["of"] == "[1, 2]"
    assert "planted-value" not in str(line)
    # nothing is sent once it has ended
    assert not [each for each in logging.getLogger().handlers if "otlp" in type(each).__module__]


async def test_a_line_is_sent_once_and_by_its_own_process_alone(
    traced: Traced, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = logging.getLogger("test")
    async with traced(SENT):
        # as of the second container of a worker without processes
        second = LogExport(json_formatter(), resource_of("second", "1", "2"))
        log.warning("once")
        with monkeypatch.context() as forked:
            forked.setattr("infra.otlp.logs.os.getpid", lambda: 0)
            log.warning("never")
        await second.close()
    told = [line.text for line in collector.lines if line.text in {"once", "never"}]
    assert told == ["once"]
