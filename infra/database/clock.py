"""The database's time, which all processes of a deployment share: their own clocks may differ."""

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from infra.database.types import Instant


class FromNow(FunctionElement[Any]):
    """An SQL expression: the current time plus an offset in microseconds."""

    type = Instant()
    inherit_cache = True
    name = "from_now"


def from_now(ahead: timedelta = timedelta()) -> FromNow:
    """Return the SQL expression for the current UTC time plus `ahead`."""
    return FromNow(round(ahead.total_seconds() * 1_000_000))


@compiles(FromNow)
def _as_text(element: FromNow, compiler: Any, **options: Any) -> str:
    return f"from_now({_microseconds(element, compiler)})"


@compiles(FromNow, "mysql")
def _on_mysql(element: FromNow, compiler: Any, **options: Any) -> str:
    return f"TIMESTAMPADD(MICROSECOND, {_microseconds(element, compiler)}, UTC_TIMESTAMP(6))"


@compiles(FromNow, "sqlite")
def _on_sqlite(element: FromNow, compiler: Any, **options: Any) -> str:
    # SQLite gives milliseconds; three zeros pad them to the microseconds that Python stores
    ahead = f"({_microseconds(element, compiler)} / 1000000.0) || ' seconds'"
    return f"(strftime('%Y-%m-%d %H:%M:%f', 'now', {ahead}) || '000')"


def _microseconds(element: FromNow, compiler: Any) -> str:
    return str(compiler.process(element.clauses))
