"""Tables of revisions, each created or extended with its indexes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from alembic import op
from sqlalchemy import Column, Constraint, inspect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateColumn, SchemaItem

from infra.database.tables import MYSQL

Indexes = Mapping[str, str]


class InlineIndex(Constraint):
    """An index within the CREATE TABLE of MySQL."""

    def __init__(self, kind: str, name: str, columns: str) -> None:
        super().__init__()
        self.definition = f"{kind} {name} ({columns})"


@compiles(InlineIndex)
def _definition(index: InlineIndex, *_: Any, **__: Any) -> str:
    return index.definition


def create_table(
    name: str,
    *parts: SchemaItem,
    indexes: Indexes = MappingProxyType({}),
    full_text: Indexes = MappingProxyType({}),
) -> None:
    """Create a table with its indexes, which are given by their names and columns.

    MySQL creates all by one statement, as it can't roll back the first of several; an
    interrupted revision can be repeated. SQLite has a statement for each, in the transaction of
    the revision, and no full-text index in a table.
    """
    if op.get_bind().dialect.name == "mysql":
        inline = [InlineIndex("INDEX", *index) for index in indexes.items()]
        inline += [InlineIndex("FULLTEXT INDEX", *index) for index in full_text.items()]
        op.create_table(name, *parts, *inline, if_not_exists=True, **MYSQL)
        return
    op.create_table(name, *parts, if_not_exists=True)
    for index, columns in indexes.items():
        op.execute(f"CREATE INDEX IF NOT EXISTS {index} ON {name} ({columns})")


def extend_table(name: str, *columns: Column[Any], indexes: Indexes = MappingProxyType({})) -> None:
    """Add columns and indexes to a table, unless they are there.

    Older code ignores them, so each column is nullable or has a default. MySQL adds all by one
    statement.
    """
    dialect, present = op.get_bind().dialect, _present(name)
    added = [
        f"ADD COLUMN {CreateColumn(column).compile(dialect=dialect)}"
        for column in columns
        if column.name not in present
    ]
    missing = {index: on for index, on in indexes.items() if index not in present}
    table = dialect.identifier_preparer.quote(name)
    if dialect.name == "mysql":
        added += [f"ADD INDEX {index} ({on})" for index, on in missing.items()]
        added, missing = [", ".join(added)] if added else [], {}
    for addition in added:
        op.execute(f"ALTER TABLE {table} {addition}")
    for index, on in missing.items():
        op.execute(f"CREATE INDEX {index} ON {table} ({on})")


def _present(name: str) -> set[str | None]:
    inspector = inspect(op.get_bind())
    parts = (inspector.get_columns(name), inspector.get_indexes(name))
    return {part["name"] for of_kind in parts for part in of_kind}
