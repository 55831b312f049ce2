"""Traces: what a request or a job does, as spans, each below another one.

A span is recorded only below one that is; without it, a step costs one comparison. What begins the
first one, and where spans are sent, is in `infra/tracing/`.
"""

from collections.abc import Mapping
from contextvars import ContextVar, Token
from types import MappingProxyType, TracebackType
from typing import Literal, Protocol

Kind = Literal["internal", "server", "client", "producer", "consumer"]
Attributes = Mapping[str, str | int]
_NONE: Attributes = MappingProxyType({})


class Span(Protocol):
    """Something that takes time, which is recorded until it ends."""

    name: str

    @property
    def trace_id(self) -> str: ...

    @property
    def span_id(self) -> str: ...

    @property
    def traceparent(self) -> str:
        """The header, or the column, by which another process continues this trace."""

    def child(self, name: str, kind: Kind, attributes: Attributes) -> "Span":
        """Begin a span below this one."""

    def set(self, name: str, value: str | int) -> None:
        """Set an attribute: never to what is secret or personal."""

    def fail(self, error: BaseException | None = None) -> None:
        """Note that this failed, and by what kind of error: its message may contain values."""

    def end(self) -> None: ...


class Tracer(Protocol):
    """Begins traces."""

    def request(self, traceparent: str | None) -> Span | None:
        """Begin the span of a request, below that of its client where that is named; None for one
        that is not sampled."""


_current: ContextVar[Span | None] = ContextVar("span", default=None)


def current_span() -> Span | None:
    """Return the span below which this task works; None where nothing is recorded."""
    return _current.get()


class entered:  # noqa: N801
    """Let all that the block does, and all tasks that it starts, be below a span; with None, let
    nothing of it be recorded."""

    __slots__ = ("_span", "_token")

    def __init__(self, span: Span | None) -> None:
        self._span = span
        self._token: Token[Span | None]

    def __enter__(self) -> None:
        self._token = _current.set(self._span)

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


class Step:
    """A block that is a span of its own where anything is recorded."""

    __slots__ = ("_span", "_token")

    def __init__(self, span: Span | None) -> None:
        self._span = span
        self._token: Token[Span | None]

    @property
    def traceparent(self) -> str | None:
        return self._span.traceparent if self._span else None

    def set(self, name: str, value: str | int) -> None:
        if self._span:
            self._span.set(name, value)

    def fail(self, error: BaseException) -> None:
        """Note by what kind of error this ends."""
        if self._span:
            self._span.fail(error)

    def __enter__(self) -> "Step":
        if self._span:
            self._token = _current.set(self._span)
        return self

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> None:
        if self._span:
            _current.reset(self._token)
            if error:
                self.fail(error)
            self._span.end()


_UNRECORDED = Step(None)


def step(name: str, kind: Kind = "internal", attributes: Attributes = _NONE) -> Step:
    """Make a block of a name a span, where anything is recorded."""
    above = _current.get()
    return _UNRECORDED if above is None else Step(above.child(name, kind, attributes))
