"""Rows as views, whose fields are named like the columns."""

from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Table, select

from application.finding import found
from application.pages import Page, PageQuery
from application.views import View
from infra.database.paging import page_by_id
from infra.database.sessions import Session

V = TypeVar("V", bound=View)
P = TypeVar("P", bound=Page[Any])


class Views(Generic[V]):
    """The rows of a table that a tenant has, as views of one kind."""

    def __init__(self, session: Session, table: Table, kind: type[V]) -> None:
        self._session = session
        self._table = table
        self._kind = kind

    @property
    def selected(self) -> Select[Any]:
        """The SELECT of the tenant's rows, with the columns of the view."""
        shown = (self._table.c[name] for name in self._kind.model_fields)
        return select(*shown).where(self._table.c.tenant == self._session.tenant)

    async def first(self, *conditions: ColumnElement[bool]) -> V | None:
        row = await self._session.first(self.selected.where(*conditions))
        return self.of(row) if row else None

    def of(self, row: Row[Any]) -> V:
        return self._kind(**row._mapping)


class SqlReader(Generic[V, P]):
    """Reads what has an id, one by one and in pages."""

    def __init__(self, session: Session, table: Table, kind: type[V], page: type[P]) -> None:
        self._session = session
        self._table = table
        self._views = Views(session, table, kind)
        self._page = page

    async def get(self, id_: UUID) -> V:
        return found(await self._views.first(self._table.c.id == id_), self._table.name)

    async def page(self, query: PageQuery) -> P:
        key = self._table.c.id
        rows, about = await page_by_id(self._session, self._views.selected, key, query)
        return self._page(items=tuple(map(self._views.of, rows)), **about)
