"""The metrics of a process, as a collector gets them and as Prometheus does."""

from collections.abc import Iterable, Iterator
from itertools import accumulate

import pytest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AGGREGATION_TEMPORALITY_CUMULATIVE, Metric
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as open_families,
)
from prometheus_client.parser import text_string_to_metric_families

from core.otlp import is_sent
from infra.otlp.metrics import interval_of
from infra.telemetry.exposition import count_as, exposition, numbers_shared, open_exposition
from tests.harness.collector import Collector, Numbers
from tests.tracing.conftest import Traced

SENT = {"OTEL_METRICS_EXPORTER": "otlp", "OTEL_TRACES_EXPORTER": "none"}
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples_of(text: str) -> Samples:
    """The samples of an answer of /metrics."""
    families = text_string_to_metric_families(text)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def samples_in(numbers: Iterable[Metric]) -> Iterator[tuple[str, dict[str, str], float]]:
    """The same of what a collector has got."""
    for metric in numbers:
        for point in (*metric.sum.data_points, *metric.gauge.data_points):
            labels = {each.key: each.value.string_value for each in point.attributes}
            yield metric.name, labels, point.as_double
        for each in metric.histogram.data_points:
            labels = {one.key: one.value.string_value for one in each.attributes}
            yield f"{metric.name}_sum", labels, each.sum
            yield f"{metric.name}_count", labels, each.count
            bounds = [f"{bound!r}" for bound in each.explicit_bounds] + ["+Inf"]
            for bound, count in zip(bounds, accumulate(each.bucket_counts), strict=True):
                yield f"{metric.name}_bucket", labels | {"le": bound}, count


def sent(numbers: Numbers) -> Samples:
    found = samples_in(numbers.metrics.values())
    return {(name, frozenset(labels.items())): value for name, labels, value in found}


async def test_a_collector_gets_what_prometheus_does(traced: Traced, collector: Collector) -> None:
    async with traced(SENT | {"OTEL_METRIC_EXPORT_INTERVAL": "86400000"}) as api:
        await api.write(await api.person())
        for _ in range(3):
            await api.get("/tags")
        # /metrics counts itself once it has answered
        shown = samples_of(api.container.telemetry.text().decode())
    # once, at the end
    [numbers] = collector.numbers
    assert not collector.spans
    assert not collector.lines
    assert numbers.service == "broadsheet-api"
    found = sent(numbers)
    assert found.keys() == shown.keys()
    moving = ("process_", "broadsheet_sql_", "broadsheet_database_")
    steady = {each for each in shown if not each[0].startswith(moving)}
    assert {each: found[each] for each in steady} == {each: shown[each] for each in steady}
    assert any(name.startswith("broadsheet_http_request") for name, _ in steady)


async def test_each_kind_is_sent_as_what_it_is(traced: Traced, collector: Collector) -> None:
    async with traced(SENT) as api:
        await api.get("/tags")
    metrics = collector.numbers[-1].metrics
    requests = metrics["broadsheet_http_request_duration_seconds"].histogram
    [point] = requests.data_points
    assert requests.aggregation_temporality == AGGREGATION_TEMPORALITY_CUMULATIVE
    assert (point.count, sum(point.bucket_counts)) == (1, 1)
    assert 0 < point.start_time_unix_nano < point.time_unix_nano
    assert not point.HasField("min")
    counted = metrics["process_cpu_seconds_total"].sum
    assert (counted.is_monotonic, counted.aggregation_temporality) == (
        True,
        AGGREGATION_TEMPORALITY_CUMULATIVE,
    )
    assert counted.data_points[0].start_time_unix_nano == point.start_time_unix_nano
    assert metrics["broadsheet_processes"].gauge.data_points[0].as_double == 1


async def test_an_endpoint_alone_sends_traces_alone(traced: Traced, collector: Collector) -> None:
    async with traced() as api:
        await api.get("/tags")
    assert collector.spans
    assert not collector.numbers
    assert not collector.lines


async def test_durations_have_the_trace_of_an_example(traced: Traced, collector: Collector) -> None:
    accepted = {"Accept": "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"}
    async with traced() as api:
        path = f"/posts/{(await api.write(await api.person()))['id']}"
        for _ in range(3):
            hit = await api.get(path)
        answer = await api.client.get("/metrics", headers=accepted)
        plain = await api.client.get("/metrics")
    assert hit.headers["X-Cache"] == "HIT"
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    assert (plain.headers["Content-Type"], "trace_id" in plain.text) == (
        "text/plain; version=0.0.4; charset=utf-8",
        False,
    )
    named = {
        (sample.labels["route"], sample.exemplar.labels["trace_id"])
        for family in open_families(answer.text)  # type: ignore[no-untyped-call]
        for sample in family.samples
        if sample.exemplar
    }
    traces = {span.trace_id for span in collector.spans}
    assert {route for route, _ in named} >= {"/api/v1/posts", "/api/v1/posts/{post_id}"}
    assert {trace_id for _, trace_id in named} <= traces
    hits = {s.trace_id for s in collector.spans if s.attributes.get("broadsheet.cache") == "HIT"}
    assert hits & {trace_id for _, trace_id in named}


def counted(registry: CollectorRegistry) -> Samples:
    return samples_of(generate_latest(registry).decode())


def test_a_process_that_continues_files_says_what_it_has_counted_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(values, "ValueClass", values.ValueClass)
    with numbers_shared():
        for _ in range(2):
            count_as(1)
            registry = CollectorRegistry()
            Counter("c", "c", registry=registry).inc(2)
            Gauge("g", "g", registry=registry, multiprocess_mode="livesum").set(3)
            Histogram("h", "h", registry=registry, buckets=(1,)).observe(0.5)
        of_all = samples_of(exposition(registry).decode())
        own = counted(registry)
        assert open_exposition(registry) is None
    none: frozenset[tuple[str, str]] = frozenset()
    assert [own[name, none] for name in ("c_total", "g", "h_count", "h_sum")] == [2, 3, 1, 0.5]
    assert [of_all[name, none] for name in ("c_total", "g", "h_count", "h_sum")] == [4, 3, 2, 1]


@pytest.mark.parametrize(
    ("said", "used"),
    [("", 60_000), ("500", 500), ("0", 60_000), ("-1", 60_000), ("nan", 60_000), ("x", 60_000)],
)
def test_a_malformed_interval_is_a_minute(said: str, used: float) -> None:
    assert interval_of({"OTEL_METRIC_EXPORT_INTERVAL": said}) == used


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, False),
        ({"OTEL_METRICS_EXPORTER": "none"}, False),
        ({"OTEL_METRICS_EXPORTER": " OTLP "}, True),
        ({"OTEL_METRICS_EXPORTER": "console,otlp"}, True),
        ({"OTEL_METRICS_EXPORTER": "otlp", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, False),
    ],
)
def test_which_variables_send_metrics(variables: dict[str, str], expected: bool) -> None:
    assert is_sent("OTEL_METRICS_EXPORTER", variables) is expected
