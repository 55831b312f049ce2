"""Sending spans to a collector: in a thread, from a queue with a limit."""

from collections.abc import Sequence
from typing import Any, cast

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult

from application.tracing import Attributes
from infra.otlp.sending import BoundedSession, has_ended, quiet
from infra.tracing.encoding import encoded
from infra.tracing.spans import RecordedSpan


class Export:
    """The queue of spans, and the thread that sends them by OTLP; starts with the call."""

    def __init__(self, resource: Attributes) -> None:
        quiet()
        self._exporter = _Exporter(resource)
        self._processor = BatchSpanProcessor(self._exporter)

    def add(self, span: RecordedSpan) -> None:
        # it needs nothing of a span but whether it is sampled
        self._processor.on_end(cast(ReadableSpan, span))

    async def close(self) -> None:
        """Send what is queued, for two seconds at most."""
        if not await has_ended(self._processor.shutdown):
            self._exporter.shutdown()


class _Exporter(OTLPSpanExporter):
    """The SDK's, which knows all of its variables, with a faster encoder."""

    def __init__(self, resource: Attributes) -> None:
        super().__init__(session=BoundedSession())
        self._resource = resource

    def export(self, spans: Sequence[Any]) -> SpanExportResult:
        sent = self._client.export(encoded(spans, self._resource))
        return SpanExportResult.SUCCESS if sent.success else SpanExportResult.FAILURE

    def shutdown(self) -> None:
        """Let no further attempt begin; the second call, by the queue, is not worth a warning."""
        if not self._shutdown:
            super().shutdown()  # type: ignore[no-untyped-call]
