"""A collector of OpenTelemetry's protocol over HTTP: a server in threads, beside the test."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

Answer = Callable[[BaseHTTPRequestHandler, Event], None]


@dataclass(frozen=True)
class Received:
    """A span as it came."""

    service: str
    process: int
    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    start: int
    end: int
    has_failed: bool
    attributes: Mapping[str, str | int]
    links: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A line of a log as it came."""

    service: str
    process: int
    text: str
    level: str
    trace_id: str
    span_id: str
    attributes: Mapping[str, str | int]


@dataclass(frozen=True)
class Numbers:
    """All metrics of a process as they came at one time."""

    service: str
    process: int
    instance: str
    metrics: Mapping[str, Metric]


def accept(request: BaseHTTPRequestHandler, _: Event) -> None:
    """As a collector does that works."""
    request.send_response(200)
    request.send_header("Content-Length", "0")
    request.end_headers()


def hang(_: BaseHTTPRequestHandler, ended: Event) -> None:
    """Say nothing until the end."""
    ended.wait()


def refuse(request: BaseHTTPRequestHandler, _: Event) -> None:
    """As one does that is overloaded."""
    request.send_error(503)


def send_garbage(request: BaseHTTPRequestHandler, ended: Event) -> None:
    """Send what is no HTTP, without an end."""
    while not ended.is_set():
        request.wfile.write(b"\x1b[31m\x00garbage\n" * 10_000)


def never_end(request: BaseHTTPRequestHandler, ended: Event) -> None:
    """Send a head with a line that is none, and no end of a body."""
    request.wfile.write(b"HTTP/1.1 500 \x1b[31mOh\r\nno header\r\nX: \xff\r\n\r\n")
    send_garbage(request, ended)


@dataclass
class Collector:
    """Keeps all spans that it received; `answer` is what it does with a request."""

    answer: Answer = accept
    keeps: bool = True
    spans: list[Received] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    numbers: list[Numbers] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    address: str = ""
    ended: Event = field(default_factory=Event)

    def trace(self, trace_id: str) -> list[Received]:
        return [span for span in self.spans if span.trace_id == trace_id]

    def newest(self, service: str) -> list[Numbers]:
        """The newest numbers of each process of a service."""
        found = (each for each in self.numbers if each.service == service)
        return list({each.instance: each for each in found}.values())

    def variables(self, **others: str) -> dict[str, str]:
        """The environment of a process that is to export to it soon."""
        return {
            "OTEL_EXPORTER_OTLP_ENDPOINT": self.address,
            "OTEL_BSP_SCHEDULE_DELAY": "100",
            **others,
        }


@contextmanager
def collecting(*, keeps: bool = True) -> Iterator[Collector]:
    """Serve on a free port until the end of the block; what is not kept is not read either."""
    collector = Collector(keeps=keeps)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if keeps:
                collector.bodies.append(body)
                _keep(collector, self.path, body)
            try:
                collector.answer(self, collector.ended)
            except OSError:
                self.close_connection = True  # whoever asked has gone

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        collector.address = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield collector
        finally:
            collector.ended.set()
            server.shutdown()


def _keep(collector: Collector, path: str, body: bytes) -> None:
    if path == "/v1/metrics":
        collector.numbers += _numbers(body)
    elif path == "/v1/logs":
        collector.lines += _lines(body)
    else:
        collector.spans += _decoded(body)


def _numbers(body: bytes) -> Iterator[Numbers]:
    for of_process in ExportMetricsServiceRequest.FromString(body).resource_metrics:
        about = _values(of_process.resource.attributes)
        yield Numbers(
            service=str(about["service.name"]),
            process=int(about["process.pid"]),
            instance=str(about["service.instance.id"]),
            metrics={
                each.name: each for scope in of_process.scope_metrics for each in scope.metrics
            },
        )


def _lines(body: bytes) -> Iterator[Line]:
    for of_process in ExportLogsServiceRequest.FromString(body).resource_logs:
        about = _values(of_process.resource.attributes)
        for record in (each for scope in of_process.scope_logs for each in scope.log_records):
            yield Line(
                service=str(about["service.name"]),
                process=int(about["process.pid"]),
                text=record.body.string_value,
                level=record.severity_text,
                trace_id=record.trace_id.hex(),
                span_id=record.span_id.hex(),
                attributes=_values(record.attributes),
            )


def _decoded(body: bytes) -> Iterator[Received]:
    for of_process in ExportTraceServiceRequest.FromString(body).resource_spans:
        about = _values(of_process.resource.attributes)
        for scope in of_process.scope_spans:
            for span in scope.spans:
                yield _received(span, about)


def _received(span: Span, about: Mapping[str, Any]) -> Received:
    return Received(
        service=about["service.name"],
        process=int(about["process.pid"]),
        name=span.name,
        kind=Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower(),
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        start=span.start_time_unix_nano,
        end=span.end_time_unix_nano,
        has_failed=span.status.code == Status.STATUS_CODE_ERROR,
        attributes=_values(span.attributes),
        links=tuple(link.span_id.hex() for link in span.links),
    )


def _values(attributes: Any) -> dict[str, str | int]:
    return {
        each.key: getattr(each.value, str(each.value.WhichOneof("value"))) for each in attributes
    }
