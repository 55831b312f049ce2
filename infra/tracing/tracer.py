"""The tracer of a process: begins traces, and continues those that others began."""

from collections.abc import Mapping

from opentelemetry.trace import SpanContext, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from application.tracing import Kind
from infra.otlp.resource import resource_of
from infra.tracing.exporting import Export
from infra.tracing.sampling import Sampler, sampler_of
from infra.tracing.spans import Loose, RecordedSpan, Unit, new_context

_HEADER = "traceparent"
_LONGEST = 200  # of a version to come; the propagator would warn of longer ones
_propagator = TraceContextTextMapPropagator()


class OtlpTracer:
    """Records nothing until it is started: a process that forks is not to have its thread."""

    def __init__(self, variables: Mapping[str, str], version: str, instance: str) -> None:
        self._sampler: Sampler = sampler_of(variables)
        self._version, self._instance = version, instance
        self._export: Export | None = None

    def start(self, service: str) -> None:
        found = resource_of(service, self._version, self._instance).attributes
        self._export = Export({name: str(value) for name, value in found.items()})

    async def stop(self) -> None:
        if self._export:
            await self._export.close()

    def request(self, traceparent: str | None) -> RecordedSpan | None:
        parent = parent_in(traceparent) if traceparent else None
        sampler = self._sampler
        is_sampled = sampler.samples_below(parent) if parent else sampler.samples_new()
        if not is_sampled or self._export is None:
            return None
        context = new_context(parent.trace_id if parent else None)
        unit = Unit(self._export.add, context)
        return RecordedSpan("", "server", {}, context, parent, unit)

    def below(
        self, traceparent: str | None, name: str, kind: Kind, span_id: int | None = None
    ) -> RecordedSpan | None:
        parent = parent_in(traceparent) if traceparent else None
        if parent is None or self._export is None:
            return None
        context, keeper = new_context(parent.trace_id, span_id), Loose(self._export.add)
        return RecordedSpan(name, kind, {}, context, parent, keeper)


def parent_in(traceparent: str) -> SpanContext | None:
    """Parse a header; None for one that is malformed."""
    if len(traceparent) > _LONGEST:
        return None
    context = _propagator.extract({_HEADER: traceparent})
    found = get_current_span(context).get_span_context()
    return found if found.is_valid else None
