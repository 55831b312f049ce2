"""Tracing without a server: what is sampled, what a span costs where nothing is recorded."""

import asyncio
from collections.abc import Sequence

import pytest

from application.tracing import current_span, entered, step
from core.tracing import traces_are_on
from infra.cache.shared_reads import SharedReads
from infra.tracing.sampling import sampler_of
from infra.tracing.spans import Loose, RecordedSpan, Unit, new_context
from infra.tracing.statements import _told
from infra.tracing.tracer import parent_in

HEADER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def a_request(passed: list[RecordedSpan]) -> RecordedSpan:
    context = new_context()
    return RecordedSpan("GET", "server", {}, context, None, Unit(passed.append, context))


def test_nothing_is_recorded_below_nothing() -> None:
    with step("commit") as first, step("item", attributes={"a": 1}) as second:
        assert current_span() is None
        first.set("a", 1)
        assert first.traceparent is None
    assert first is second


async def test_tasks_are_below_the_block_that_starts_them() -> None:
    passed: list[RecordedSpan] = []
    request = a_request(passed)

    async def work() -> None:
        with step("inner"):
            await asyncio.sleep(0)

    with entered(request):
        with step("outer"):
            await asyncio.create_task(work())
            with entered(None):
                await asyncio.create_task(work())
        with pytest.raises(LookupError), step("failing"):
            raise LookupError("value")
    assert current_span() is None
    assert passed == []
    request.end()
    inner, outer, failing, last = passed
    assert last is request
    assert (inner.parent, outer.parent) == (outer.context, request.context)
    assert (failing.has_failed, failing.attributes) == (True, {"error.type": "LookupError"})


def test_a_part_of_an_attempt_is_passed_on_as_a_whole() -> None:
    passed: list[RecordedSpan] = []
    attempt = RecordedSpan("run", "consumer", {}, new_context(), None, Loose(passed.append))
    item = attempt.child("item", "internal", {})
    early, late = (item.child(name, "client", {}) for name in ("early", "late"))
    early.end()
    assert passed == []
    item.end()
    assert passed == [early, item]
    late.end()
    assert passed == [early, item, late]
    attempt.child("alone", "client", {}).end()
    assert len(passed) == 4


async def test_each_caller_of_a_shared_read_has_a_span() -> None:
    passed: list[RecordedSpan] = []

    async def read(keys: Sequence[str]) -> list[bytes | None]:
        if "broken" in keys:
            raise ConnectionError("value")
        return [b"1" for _ in keys]

    reads, callers = SharedReads(read), [a_request(passed) for _ in range(3)]
    asked = [("a", "b"), ("a", "b"), ("broken",)]
    answers = []
    for caller, keys in zip(callers, asked, strict=True):
        with entered(caller):
            answers.append(reads.get(keys))
    await asyncio.gather(*answers, reads.get(("a",)), return_exceptions=True)
    await asyncio.sleep(0)
    for caller in callers:
        caller.end()
    below = [span for span in passed if span.parent]
    assert [span.parent for span in below] == [caller.context for caller in callers]
    assert [span.attributes["broadsheet.keys"] for span in below] == [2, 2, 1]
    assert {span.attributes["error.type"] for span in below} == {"ConnectionError"}


@pytest.mark.parametrize(
    ("variables", "new", "below_sampled", "below_unsampled"),
    [
        ({}, True, True, False),
        ({"OTEL_TRACES_SAMPLER": "always_off"}, False, False, False),
        ({"OTEL_TRACES_SAMPLER": "always_on"}, True, True, True),
        ({"OTEL_TRACES_SAMPLER": "parentbased_always_off"}, False, True, False),
        ({"OTEL_TRACES_SAMPLER": "Parentbased_TraceIdRatio"}, True, True, False),
        ({"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0"}, *[False] * 3),
        ({"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "1"}, *[True] * 3),
        ({"OTEL_TRACES_SAMPLER_ARG": "nan"}, True, True, False),
    ],
)
def test_samplers_decide_as_their_variables_say(
    variables: dict[str, str], new: bool, below_sampled: bool, below_unsampled: bool
) -> None:
    sampler = sampler_of(variables)
    sampled, unsampled = parent_in(HEADER), parent_in(HEADER[:-1] + "0")
    assert sampled
    assert unsampled
    assert sampler.samples_new() is new
    assert sampler.samples_below(sampled) is below_sampled
    assert sampler.samples_below(unsampled) is below_unsampled


def test_a_share_of_new_traces_is_sampled() -> None:
    asked = {"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.25"}
    sampler = sampler_of(asked)
    assert 2_000 < sum(sampler.samples_new() for _ in range(10_000)) < 3_000
    below = [sampler.samples_below(new_context()) for _ in range(10_000)]
    assert 2_000 < sum(below) < 3_000


@pytest.mark.parametrize(
    ("variables", "on"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_traces_are_on_where_an_endpoint_is_named(variables: dict[str, str], on: bool) -> None:
    assert traces_are_on(variables) is on


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("SELECT a FROM `user` WHERE b = %s", "SELECT user"),
        ("SELECT x FROM (SELECT y FROM post) AS z", "SELECT post"),
        ("INSERT INTO job (id) VALUES (%s)", "INSERT job"),
        ("UPDATE post SET a=%s", "UPDATE post"),
        ("DELETE FROM tag WHERE a = %s", "DELETE tag"),
        ("SELECT WAIT_FOR_EXECUTED_GTID_SET(%s, %s)", "SELECT"),
        ("BEGIN IMMEDIATE", "BEGIN"),
        ("", ""),
    ],
)
def test_a_statement_is_named_by_its_kind_and_table(sql: str, name: str) -> None:
    assert _told(sql)[0] == name
