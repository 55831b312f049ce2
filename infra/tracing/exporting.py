"""Sending spans to a collector: in a thread, from a queue with a limit. A collector that is down,
hangs, or answers garbage delays nothing, and is one line in the log a minute."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from threading import Thread, current_thread
from time import monotonic
from typing import Any, cast

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from requests import Response, Session

from application.tracing import Attributes
from infra.tracing.encoding import encoded
from infra.tracing.spans import RecordedSpan

_END_SECONDS = 2.0
_PERIOD_SECONDS = 60.0
_ANSWER_BYTES = 65_536
_LONGEST = 200
_log = logging.getLogger("broadsheet.traces")


class Export:
    """The queue of spans, and the thread that sends them by OTLP; starts with the call."""

    def __init__(self, resource: Attributes) -> None:
        _quiet()
        self._exporter = _Exporter(resource)
        self._processor = BatchSpanProcessor(self._exporter)

    def add(self, span: RecordedSpan) -> None:
        # it needs nothing of a span but whether it is sampled
        self._processor.on_end(cast(ReadableSpan, span))

    async def close(self) -> None:
        """Send what is queued, for two seconds at most."""
        loop, closed = asyncio.get_running_loop(), asyncio.Event()

        def close() -> None:
            self._processor.shutdown()  # type: ignore[no-untyped-call]
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(closed.set)

        # a daemon: nothing waits for a collector that hangs
        Thread(target=close, name="traces", daemon=True).start()
        try:
            async with asyncio.timeout(_END_SECONDS):
                await closed.wait()
        except TimeoutError:
            self._exporter.shutdown()


class _Exporter(OTLPSpanExporter):
    """The SDK's, which knows all of its variables, with a faster encoder."""

    def __init__(self, resource: Attributes) -> None:
        super().__init__(session=_BoundedSession())
        self._resource = resource

    def export(self, spans: Sequence[Any]) -> SpanExportResult:
        sent = self._client.export(encoded(spans, self._resource))
        return SpanExportResult.SUCCESS if sent.success else SpanExportResult.FAILURE

    def shutdown(self) -> None:
        """Let no further attempt begin; the second call, by the queue, is not worth a warning."""
        if not self._shutdown:
            super().shutdown()  # type: ignore[no-untyped-call]


class _BoundedSession(Session):
    """Reads no more of an answer than a collector has to say, however much it sends."""

    def request(self, *args: Any, **options: Any) -> Response:
        answer = super().request(*args, **options | {"stream": True})
        with answer:
            answer.raw.read(_ANSWER_BYTES)
        return answer


class _OneLineAMinute(logging.Handler):
    """Takes the place of the libraries' records, of which there are several for each batch."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._next = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        if monotonic() >= self._next:
            self._next = monotonic() + _PERIOD_SECONDS
            _log.warning("traces: %s", _told(record))


def _told(record: logging.LogRecord) -> str:
    """Return a record in a short line; of errors the kind alone, as addresses may have keys."""
    of_record = record.args if isinstance(record.args, tuple) else ()
    named = (type(one).__name__ if isinstance(one, Exception) else one for one in of_record)
    text = str(record.msg) % tuple(named) if of_record else str(record.msg)
    return "".join(one if one.isprintable() else " " for one in text[:_LONGEST])


def _is_of_another(_record: logging.LogRecord) -> bool:
    return not current_thread().name.startswith("OtelBatch")


_QUIET = _OneLineAMinute()


def _quiet() -> None:
    logger = logging.getLogger("opentelemetry")
    logger.addHandler(_QUIET)
    logger.propagate = False
    # it warns of each answer with malformed headers, by a traceback
    logging.getLogger("urllib3.connection").addFilter(_is_of_another)
