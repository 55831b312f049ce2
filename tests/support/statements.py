"""What a container sends to its databases: recorded, and checked for the tenant."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from core.dependencies.container import Container
from infra.database.tables import METADATA

OF_TENANTS = {name for name, table in METADATA.tables.items() if "tenant" in table.c}
_NAMED = re.compile(r'(?:FROM|JOIN|UPDATE|INTO)\s+[`"]?(\w+)[`"]?(?:\s+AS\s+[`"]?(\w+)[`"]?)?')


def without_tenant(statement: str) -> str | None:
    """Give the first tenant's table that a statement uses without its tenant."""
    sql = statement.replace("`", "").replace('"', "")
    named: list[tuple[str, str]] = _NAMED.findall(sql)
    for table, alias in named:
        name = alias or table
        named_in_where = re.search(rf"\b{name}\.tenant = |= {name}\.tenant\b", sql)
        is_insert = sql.startswith(f"INSERT INTO {table} (") and "tenant" in sql.split(")")[0]
        if table in OF_TENANTS and not (named_in_where or is_insert):
            return table
    return None


def refuse_statements_without_tenant(container: Container) -> None:
    """Let any statement of a container that lacks the tenant fail."""
    for engine in _engines(container).values():
        event.listen(engine.sync_engine, "before_cursor_execute", _check)


@contextmanager
def recorded(container: Container) -> Iterator[list[str]]:
    """Record statements and commits, each with where it ran: `replica: SELECT post`."""
    seen: list[str] = []
    undo = [_record(engine, place, seen) for place, engine in _engines(container).items()]
    try:
        yield seen
    finally:
        for stop in undo:
            stop()


def _record(engine: AsyncEngine, place: str, seen: list[str]) -> Any:
    def statement(_c: Any, _cursor: Any, sql: str, *_: Any) -> None:
        if not sql.startswith("BEGIN"):  # MySQL begins by itself
            seen.append(f"{place}: {_short(sql)}")

    def commit(_connection: Any) -> None:
        if place == "writes":
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


def _check(_c: Any, _cursor: Any, sql: str, *_: Any) -> None:
    if table := without_tenant(sql):
        raise AssertionError(f"a statement on {table} lacks the tenant: {sql}")
