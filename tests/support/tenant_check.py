"""The check that a statement on a tenant's table names the tenant, wherever it uses it."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    Alias,
    BinaryExpression,
    BindParameter,
    BooleanClauseList,
    ColumnClause,
    Delete,
    FromClause,
    Insert,
    Join,
    Select,
    Subquery,
    TextClause,
    Update,
)
from sqlalchemy.engine import Compiled
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import Grouping

from infra.database.tables import METADATA

# what the process itself reads, for all tenants
OF_THE_PROCESS = {"touched", "job"}
# raw SQL is not analysed: statements on tenants' tables must be listed here, for review
CHECKED_TEXT = {
    "SELECT 1 FROM post WHERE post.tenant = :tenant AND id = :id FOR UPDATE",
    # ids of all tenants, for the process itself
    "SELECT id FROM token_family WHERE revoked_at > :since",
    # numbers of all tenants, for metrics
    "SELECT state, COUNT(*) FROM picture GROUP BY state",
    "SELECT state, SUM(kept_bytes) FROM picture GROUP BY state",
    "SELECT digest FROM revoked_tenant_token WHERE revoked_at > :since",
}
_NAMED = re.compile(r'(?:FROM|JOIN|UPDATE|INTO)\s+[`"]?(\w+)[`"]?(?:\s+AS\s+[`"]?(\w+)[`"]?)?')
_INSERTED = re.compile(r"INSERT INTO \S+ \(([^)]*)\)")

Sources = frozenset[FromClause]
NONE: Sources = frozenset()


@lru_cache(maxsize=500)
def without_tenant(compiled: Compiled) -> str | None:
    """Return the first tenant's table that a statement uses without its tenant."""
    statement = compiled.statement
    if isinstance(statement, TextClause):
        return None if statement.text in CHECKED_TEXT else named_in(statement.text)
    if isinstance(statement, Insert) and "tenant" in statement.table.c:
        inserted = _INSERTED.match(str(compiled))
        if not inserted or "tenant" not in re.findall(r"\w+", inserted[1]):
            return _name(statement.table)
    return next(_lacking([(statement, NONE)]), None)


def _lacking(parts: Iterable[tuple[Any, Sources]]) -> Iterator[str]:
    """Return the tables that lack the tenant; each part comes with what it may correlate to."""
    for part, around in parts:
        own = NONE
        if isinstance(part, Select | Update | Delete):
            used = _sources(part)
            own = used - around or used
            yield from sorted(_name(source) for source in own - _bound(part, own) if _has(source))
        yield from _lacking(_selects_in(part, own))


def _selects_in(part: Any, around: Sources) -> Iterator[tuple[Any, Sources]]:
    """Return the SELECTs right inside; those in FROM don't see what stands beside them."""
    for child in part.get_children():
        if isinstance(child, Select):
            yield child, around
        else:
            yield from _selects_in(child, NONE if isinstance(child, Subquery | CTE) else around)


def _sources(part: Any) -> Sources:
    """Return all that a statement reads from, its joins taken apart."""
    if isinstance(part, Select):
        return frozenset(source for top in part.get_final_froms() for source in _parted(top))
    columns = (column for condition in _anded(part.whereclause) for column in _columns(condition))
    return frozenset({part.table, *(column.table for column in columns)})


def _columns(element: Any) -> Iterator[ColumnClause[Any]]:
    if isinstance(element, ColumnClause) and element.table is not None:
        yield element
    for child in element.get_children():
        if not isinstance(child, Select):
            yield from _columns(child)


def _parted(source: FromClause) -> Iterator[FromClause]:
    if isinstance(source, Join):
        yield from _parted(source.left)
        yield from _parted(source.right)
    else:
        yield source


def _bound(part: Any, own: Sources) -> Sources:
    """Return the sources whose tenant equals a value, a bound source's or an outer SELECT's."""
    equal = list(_equalities(part))
    bound = NONE
    while more := frozenset(
        source for source, other in equal if other not in own - bound and source in own - bound
    ):
        bound |= more
    return bound


def _equalities(part: Any) -> Iterator[tuple[FromClause, FromClause | None]]:
    """Return sources and what their tenant must equal, both ways: another's, or None for a
    value."""
    yield from _tenants_in(part.whereclause)
    if isinstance(part, Select):
        for top in part.get_final_froms():
            yield from _joined(top)


def _joined(source: FromClause) -> Iterator[tuple[FromClause, FromClause | None]]:
    if not isinstance(source, Join):
        return
    yield from _joined(source.left)
    yield from _joined(source.right)
    # a left outer join also keeps those left rows that do not meet its condition
    kept = NONE if not source.isouter else frozenset(_parted(source.left))
    if not source.full:
        yield from (pair for pair in _tenants_in(source.onclause) if pair[0] not in kept)


def _tenants_in(condition: Any) -> Iterator[tuple[FromClause, FromClause | None]]:
    for part in _anded(condition):
        if isinstance(part, BinaryExpression) and part.operator is operators.eq:
            for one, other in ((part.left, part.right), (part.right, part.left)):
                if _is_tenant(one) and (_is_tenant(other) or isinstance(other, BindParameter)):
                    yield one.table, getattr(other, "table", None)


def _anded(condition: Any) -> Iterator[Any]:
    """Return the conditions that must all hold: what stands under OR or NOT counts as one."""
    if isinstance(condition, Grouping):
        yield from _anded(condition.element)
    elif isinstance(condition, BooleanClauseList) and condition.operator is operators.and_:
        for part in condition.clauses:
            yield from _anded(part)
    elif condition is not None:
        yield condition


def _is_tenant(element: Any) -> bool:
    return isinstance(element, ColumnClause) and element.key == "tenant"


def _has(source: FromClause) -> bool:
    return "tenant" in source.c and _name(source) not in OF_THE_PROCESS


def _name(source: Any) -> str:
    named: Any = source.element if isinstance(source, Alias) else source
    return str(named.name)


@cache
def of_tenants() -> frozenset[str]:
    """Return the tables of tenants, once all tables are known."""
    named = {name for name, table in METADATA.tables.items() if "tenant" in table.c}
    return frozenset(named - OF_THE_PROCESS)


def named_in(text: str) -> str | None:
    """Return the first tenant's table that a text names."""
    return min(of_tenants() & set(re.findall(r"\w+", text)), default=None)
