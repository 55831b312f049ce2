"""Metrics of statements: their number and duration, by the role of the server."""

from time import perf_counter
from typing import Any

from prometheus_client import CollectorRegistry, Histogram
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class StatementMetrics:
    """Times the statements of engines, failed ones too."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "broadsheet_sql_statement_duration_seconds",
            "Statements run, by what the connection is for: write, primary (reads) or replica.",
            ("server",),
            buckets=_SECONDS,
            registry=registry,
        )

    def time(self, engine: AsyncEngine, server: str) -> None:
        """Time all statements of an engine from now on."""
        seconds = self._seconds.labels(server)

        def begin(
            _c: Any, _cursor: Any, _sql: str, _values: Any, context: Any, _many: bool
        ) -> None:
            context.began = perf_counter()

        def end(_c: Any, _cursor: Any, _sql: str, _values: Any, context: Any, _many: bool) -> None:
            seconds.observe(perf_counter() - context.began)

        def fail(failure: ExceptionContext) -> None:
            began = getattr(failure.execution_context, "began", None)
            if began is not None:
                seconds.observe(perf_counter() - began)

        event.listen(engine.sync_engine, "before_cursor_execute", begin)
        event.listen(engine.sync_engine, "after_cursor_execute", end)
        event.listen(engine.sync_engine, "handle_error", fail)
