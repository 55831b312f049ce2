"""What a container sends to its databases: recorded, and refused without its tenant."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from core.dependencies.container import Container
from tests.support.tenant_check import named_in, without_tenant

_NAMED = re.compile(r'(?:FROM|JOIN|UPDATE|INTO)\s+[`"]?(\w+)[`"]?')
# set in the test and in all that it calls, unlike in what runs beside it: the relay, jobs
_is_recorded = ContextVar("is_recorded", default=False)


def refuse_statements_without_tenant(container: Container) -> None:
    """Let any statement of a container that lacks the tenant fail."""
    for engine in _engines(container).values():
        event.listen(engine.sync_engine, "before_cursor_execute", _check)


@contextmanager
def recorded(container: Container) -> Iterator[list[str]]:
    """Record the caller's statements and commits, each with where it ran: `replica: SELECT
    post`."""
    seen: list[str] = []
    before = _is_recorded.set(True)
    undo = [_record(engine, place, seen) for place, engine in _engines(container).items()]
    try:
        yield seen
    finally:
        _is_recorded.reset(before)
        for stop in undo:
            stop()


def _record(engine: AsyncEngine, place: str, seen: list[str]) -> Any:
    def statement(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        # MySQL begins by itself
        if _is_recorded.get() and not sql.startswith("BEGIN"):
            seen.append(f"{place}: {_short(sql)}")

    def commit(_connection: Any) -> None:
        if _is_recorded.get() and place == "writes":
            seen.append(f"{place}: COMMIT")

    event.listen(engine.sync_engine, "before_cursor_execute", statement)
    event.listen(engine.sync_engine, "commit", commit)

    def stop() -> None:
        event.remove(engine.sync_engine, "before_cursor_execute", statement)
        event.remove(engine.sync_engine, "commit", commit)

    return stop


def _short(sql: str) -> str:
    verb = sql.split()[0]
    if "WAIT_FOR_EXECUTED_GTID_SET" in sql:
        return "WAIT"
    if "gtid_executed" in sql:
        return "POSITION"
    if sql.startswith("SELECT count"):
        return "COUNT"
    table = _NAMED.search(sql)
    return f"{verb} {table[1]}" if table else verb


def _engines(container: Container) -> dict[str, AsyncEngine]:
    resources = container._resources
    engines = {"writes": resources.primary.engine, "primary": resources.reads.primary}
    for replica in resources.reads.replicas:
        engines["replica"] = replica.engine
    return engines


def _check(_c: Any, _cursor: Any, sql: str, _parameters: Any, context: Any, _many: bool) -> None:
    table = without_tenant(context.compiled) if context.compiled else named_in(sql)
    if table:
        raise AssertionError(f"a statement on {table} lacks the tenant: {sql}")
