"""Spans, and which of them are passed on together.

What ends below a *unit*, such as a request, is passed on with it: of a process that is killed, no
span is known whose parent is not. The attempt at a job, which may take hours, is no unit; each part
of it is one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import getrandbits
from time import time_ns
from typing import Protocol

from opentelemetry.trace import SpanContext, TraceFlags

from application.tracing import Attributes, Kind

_SAMPLED = TraceFlags(TraceFlags.SAMPLED)


def new_context(trace_id: int | None = None, span_id: int | None = None) -> SpanContext:
    """Make the ids of a span, in a trace or in a new one."""
    # of 0, which is no id, there is one in 2 ** 64
    trace_id = trace_id or getrandbits(128)
    span_id = span_id or getrandbits(64)
    return SpanContext(trace_id, span_id, is_remote=False, trace_flags=_SAMPLED)


@dataclass(slots=True, eq=False)
class RecordedSpan:
    """A span that is exported once it has ended. Those of the SDK take five times as long."""

    name: str
    kind: Kind
    attributes: dict[str, str | int]
    context: SpanContext
    parent: SpanContext | None
    keeper: "Keeper"
    links: Sequence[SpanContext] = ()
    start: int = field(default_factory=time_ns)
    finish: int = 0
    has_failed: bool = False

    @property
    def trace_id(self) -> str:
        return f"{self.context.trace_id:032x}"

    @property
    def span_id(self) -> str:
        return f"{self.context.span_id:016x}"

    @property
    def traceparent(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-01"

    def child(self, name: str, kind: Kind, attributes: Attributes) -> "RecordedSpan":
        context = new_context(self.context.trace_id)
        keeper = self.keeper.below(context)
        return RecordedSpan(name, kind, dict(attributes), context, self.context, keeper)

    def set(self, name: str, value: str | int) -> None:
        self.attributes[name] = value

    def fail(self, error: BaseException | None = None) -> None:
        self.has_failed = True
        if error:
            self.attributes["error.type"] = type(error).__qualname__

    def end(self) -> None:
        self.finish = time_ns()
        self.keeper.keep(self)


Passed = Callable[[RecordedSpan], None]


class Keeper(Protocol):
    """Takes a span that has ended."""

    def keep(self, span: RecordedSpan) -> None: ...

    def below(self, context: SpanContext) -> "Keeper":
        """Return what takes a child with these ids."""


@dataclass(frozen=True, slots=True)
class Loose:
    """Passes a span on at once; each child is a unit."""

    passed: Passed

    def keep(self, span: RecordedSpan) -> None:
        self.passed(span)

    def below(self, context: SpanContext) -> Keeper:
        return Unit(self.passed, context)


@dataclass(slots=True)
class Unit:
    """Passes its spans on once the outermost one has ended; later ones at once."""

    passed: Passed
    outermost: SpanContext
    _kept: list[RecordedSpan] = field(default_factory=list)
    _is_over: bool = False

    def keep(self, span: RecordedSpan) -> None:
        self._kept.append(span)
        self._is_over = self._is_over or span.context is self.outermost
        if self._is_over:
            kept, self._kept = self._kept, []
            for each in kept:
                self.passed(each)

    def below(self, _context: SpanContext) -> Keeper:
        return self
