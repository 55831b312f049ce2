"""Statements as spans: their kind, their table and their server, never a value."""

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import URL, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

from application.tracing import current_span

_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+[`\"]?(\w+)", re.IGNORECASE)
_PORT = 3306


def trace_statements(engine: AsyncEngine, role: str) -> None:
    """Make a span of each statement that runs below one from now on."""
    server = _server(role, engine.url)

    def begin(_c: Any, _cursor: Any, sql: str, _values: Any, context: Any, _many: bool) -> None:
        above = current_span()
        # a connection that fails may have kept the span of another statement
        context.traced = None
        if above:
            name, about = _told(sql)
            context.traced = above.child(name, "client", server | about)

    def end(_c: Any, _cursor: Any, _sql: str, _values: Any, context: Any, _many: bool) -> None:
        if context.traced:
            context.traced.end()

    def fail(failure: ExceptionContext) -> None:
        traced = getattr(failure.execution_context, "traced", None)
        if traced:
            traced.fail(failure.original_exception)
            traced.end()

    event.listen(engine.sync_engine, "before_cursor_execute", begin)
    event.listen(engine.sync_engine, "after_cursor_execute", end)
    event.listen(engine.sync_engine, "handle_error", fail)


def _server(role: str, url: URL) -> dict[str, str | int]:
    about: dict[str, str | int] = {
        "db.system.name": url.get_backend_name(),
        "broadsheet.server.role": role,
    }
    if url.host:
        about |= {"server.address": url.host, "server.port": url.port or _PORT}
    return about


@lru_cache(1000)
def _told(sql: str) -> tuple[str, dict[str, str | int]]:
    """Return the name of a statement, such as `SELECT post`, and its parts."""
    kind = sql.partition(" ")[0].strip().upper()
    table = _TABLE.search(sql)
    if table is None:
        return kind, {"db.operation.name": kind}
    about: dict[str, str | int] = {"db.operation.name": kind, "db.collection.name": table[1]}
    return f"{kind} {table[1]}", about
