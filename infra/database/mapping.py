"""Aggregates that have one row each, whose columns are named like their fields."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Row, Table, update

from application.unit_of_work import ConcurrentChange
from infra.database.sessions import Session


class Aggregate(Protocol):
    """A dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


class HasVersion(Protocol):
    """An aggregate with a version, which each stored change increments."""

    version: int


class Versioned(Aggregate, HasVersion, Protocol):
    """A dataclass with an id and a version."""

    id: UUID


A = TypeVar("A", bound=Aggregate)


def aggregate_of(kind: type[A], row: Row[Any], /, **special: Any) -> A:
    """Make an aggregate of its row; `special` has the fields that are not as the row has them."""
    plain = (field.name for field in fields(kind) if field.name not in special)
    return kind(**{name: row._mapping[name] for name in plain}, **special)


def values_of(aggregate: Aggregate) -> Mapping[str, Any]:
    """Return an aggregate's fields, as its columns take them."""
    return {field.name: getattr(aggregate, field.name) for field in fields(aggregate)}


async def store_values(
    session: Session,
    table: Table,
    aggregate: HasVersion,
    key: Mapping[str, Any],
    values: Mapping[str, Any],
) -> None:
    """Change the row of a key as it was loaded, and raise the version; raises ConcurrentChange."""
    as_loaded = {"tenant": session.tenant, **key, "version": aggregate.version}
    found = update(table).where(*(table.c[name] == value for name, value in as_loaded.items()))
    changed = {**values, "version": aggregate.version + 1}
    if not await session.change(found.values(changed)):
        raise ConcurrentChange
    aggregate.version += 1
