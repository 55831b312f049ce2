"""Prometheus' metrics as the SDK has them. Names stay as they are in `/metrics`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Gauge,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from prometheus_client import metrics_core
from prometheus_client.samples import Sample

_SCOPE = InstrumentationScope("broadsheet")
_CUMULATIVE = AggregationTemporality.CUMULATIVE
_Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Span:
    """When a process began to count, and when it was read, in ns."""

    start: int
    end: int


def data_of(families: Iterable[metrics_core.Metric], resource: Resource, span: Span) -> MetricsData:
    """Return all values of a process."""
    metrics = [_metric(family, span) for family in families if family.samples]
    scope = ScopeMetrics(scope=_SCOPE, metrics=metrics, schema_url="")
    return MetricsData([ResourceMetrics(resource, [scope], resource.schema_url)])


def _metric(family: metrics_core.Metric, span: Span) -> Metric:
    name, data = family.name, _data(family, span)
    if family.type == "counter":
        name = f"{name}_total"
    return Metric(name=name, description=family.documentation, unit=None, data=data)


def _data(family: metrics_core.Metric, span: Span) -> Sum | Gauge | Histogram:
    if family.type == "histogram":
        return Histogram(list(_histograms(family.samples, span)), _CUMULATIVE)
    if family.type == "counter":
        counted = [_number(sample, span) for sample in family.samples]
        return Sum(counted, _CUMULATIVE, is_monotonic=True)
    return Gauge([_number(sample, span) for sample in family.samples])


def _number(sample: Sample, span: Span) -> NumberDataPoint:
    return NumberDataPoint(dict(sample.labels), span.start, span.end, sample.value)


def _histograms(samples: Iterable[Sample], span: Span) -> Iterator[HistogramDataPoint]:
    below: dict[_Labels, list[tuple[float, float]]] = defaultdict(list)
    sums: dict[_Labels, float] = {}
    for sample in samples:
        labels = dict(sample.labels)
        bound = float(labels.pop("le", inf))
        if sample.name.endswith("_bucket"):
            below[tuple(labels.items())].append((bound, sample.value))
        elif sample.name.endswith("_sum"):
            sums[tuple(labels.items())] = sample.value
    for each, buckets in below.items():
        yield _histogram(each, buckets, sums[each], span)


def _histogram(
    labels: _Labels, buckets: list[tuple[float, float]], total: float, span: Span
) -> HistogramDataPoint:
    """Return a histogram of buckets, each of which counts what is below its bound."""
    counts = [0.0, *(count for _, count in buckets)]
    return HistogramDataPoint(
        attributes=dict(labels),
        start_time_unix_nano=span.start,
        time_unix_nano=span.end,
        count=int(counts[-1]),
        sum=total,
        bucket_counts=[int(more - less) for less, more in pairwise(counts)],
        explicit_bounds=[bound for bound, _ in buckets if bound != inf],
        min=None,  # type: ignore[arg-type]  # it is not known, and optional in OTLP
        max=None,  # type: ignore[arg-type]
    )
