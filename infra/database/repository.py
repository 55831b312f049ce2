"""Repositories of aggregates that have one row each, and are found by their ids."""

from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Row, Select, Table, insert, select

from application.finding import found
from infra.database.mapping import Versioned, aggregate_of, store_values, values_of
from infra.database.sessions import Session

V = TypeVar("V", bound=Versioned)


class SqlRepository(Generic[V]):
    """Loads and stores aggregates of one kind; a change invalidates the cache tags `tags`.

    A kind whose columns differ from its fields, or whose tags depend on the aggregate, has a
    subclass of this one.
    """

    def __init__(
        self, session: Session, table: Table, kind: type[V], tags: Iterable[str] = ()
    ) -> None:
        self._session = session
        self._tenant = session.tenant
        self._table = table
        self._kind = kind
        self._fixed_tags = tags

    async def get(self, id_: UUID) -> V:
        return await self._one(self._session.for_change(self._by_id(id_)))

    async def get_locked(self, id_: UUID) -> V:
        return await self._one(self._by_id(id_).with_for_update())

    async def add(self, aggregate: V) -> None:
        values = {"tenant": self._tenant, **self._values(aggregate)}
        await self._session.change(insert(self._table).values(values))
        self._session.touch(self._tags(aggregate))

    async def store(self, aggregate: V) -> None:
        key = {"id": aggregate.id}
        values = {name: value for name, value in self._values(aggregate).items() if name != "id"}
        await store_values(self._session, self._table, aggregate, key, values)
        self._session.touch(self._tags(aggregate))

    def _tags(self, aggregate: V) -> Iterable[str]:
        return self._fixed_tags

    def _aggregate(self, row: Row[Any]) -> V:
        return aggregate_of(self._kind, row)

    def _values(self, aggregate: V) -> Mapping[str, Any]:
        return values_of(aggregate)

    def _by_id(self, id_: UUID) -> Select[Any]:
        row = self._table.c
        return select(self._table).where(row.tenant == self._tenant, row.id == id_)

    async def _one(self, statement: Select[Any]) -> V:
        return self._aggregate(found(await self._session.first(statement), self._table.name))
