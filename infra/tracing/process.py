"""The tracer of a process, as others see it: its libraries are loaded only where traces are on."""

from typing import Protocol

from application.tracing import Kind, Tracer
from infra.tracing.spans import RecordedSpan


class ProcessTracer(Tracer, Protocol):
    """Begins traces, and continues those that others began."""

    def start(self, service: str) -> None:
        """Begin to export, as this service unless the environment names another; raises
        ValueError."""

    async def stop(self) -> None:
        """Export what has ended, for two seconds at most."""

    def below(
        self, traceparent: str | None, name: str, kind: Kind, span_id: int | None = None
    ) -> RecordedSpan | None:
        """Begin a span in a trace that was stored; None where there is none."""
