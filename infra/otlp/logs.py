"""Sending the lines of the log to a collector, from a queue with a limit."""

import json
import logging
import os
from collections.abc import Mapping
from typing import Any

from opentelemetry._logs import LogRecord
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs._internal import std_to_otel
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

from infra.otlp.sending import LOGGER, BoundedSession, has_ended, quiet

_SAMPLED = TraceFlags(TraceFlags.SAMPLED)
_ELSEWHERE = frozenset({"event", "level", "logger", "timestamp", "trace_id", "span_id"})
_NAMES = {"exception": "exception.stacktrace"}
_PLAIN = (str, bool, int, float)


class LogExport:
    """Sends what is logged from the call on, as a formatter writes it in JSON."""

    def __init__(self, formatter: logging.Formatter, resource: Resource) -> None:
        quiet()
        self._exporter = _Exporter(session=BoundedSession())
        self._processor = BatchLogRecordProcessor(self._exporter)
        self._handler = _Handler(formatter, resource, self._processor)
        if not _is_sent_already():
            logging.getLogger().addHandler(self._handler)

    async def close(self) -> None:
        """Send what is queued, for two seconds at most."""
        logging.getLogger().removeHandler(self._handler)
        if not await has_ended(self._processor.shutdown):
            self._exporter.shutdown()


class _Exporter(OTLPLogExporter):
    def shutdown(self) -> None:
        """Let no further attempt begin; the second call, by the queue, is not worth a warning."""
        if not self._shutdown:
            super().shutdown()  # type: ignore[no-untyped-call]


class _Handler(logging.Handler):
    """Puts records into the queue: neither those about sending, nor those of forked processes,
    which have the handlers of the first one."""

    def __init__(
        self, formatter: logging.Formatter, resource: Resource, processor: BatchLogRecordProcessor
    ) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.process = os.getpid()
        self._provider = LoggerProvider(resource, shutdown_on_exit=False)
        self._provider.add_log_record_processor(processor)

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == LOGGER or self.process != os.getpid():
            return
        try:
            line = json.loads(self.format(record))
            self._provider.get_logger(record.name).emit(_sent(record, line))
        except Exception:
            self.handleError(record)


def _is_sent_already() -> bool:
    """Return whether another container of this process sends them: a worker has two."""
    handlers = logging.getLogger().handlers
    return any(isinstance(one, _Handler) and one.process == os.getpid() for one in handlers)


def _sent(record: logging.LogRecord, line: Mapping[str, Any]) -> LogRecord:
    attributes = {
        _NAMES.get(name, name): value if isinstance(value, _PLAIN) else json.dumps(value)
        for name, value in line.items()
        if name not in _ELSEWHERE and value is not None
    }
    if record.exc_info and record.exc_info[0]:
        attributes["exception.type"] = record.exc_info[0].__qualname__
    return LogRecord(
        timestamp=int(record.created * 1e9),
        context=_context(line),
        severity_text=record.levelname,
        severity_number=std_to_otel(record.levelno),
        body=line["event"],
        attributes=attributes,
    )


def _context(line: Mapping[str, Any]) -> Context:
    if "trace_id" not in line:
        return Context()
    trace_id, span_id = int(line["trace_id"], 16), int(line["span_id"], 16)
    span = SpanContext(trace_id, span_id, is_remote=False, trace_flags=_SAMPLED)
    return set_span_in_context(NonRecordingSpan(span), Context())
