"""Ports and their implementations, each made on a session when it is first asked for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Table

from application.pages import Page
from application.ports import Reader, Repository
from application.unit_of_work import Port
from application.views import View
from infra.database.mapping import Versioned
from infra.database.repository import SqlRepository
from infra.database.sessions import Session
from infra.database.views import SqlReader

V = TypeVar("V", bound=View)
P = TypeVar("P", bound=Page[Any])
A = TypeVar("A", bound=Versioned)


@dataclass(frozen=True, slots=True)
class Provided(Generic[Port]):
    """A port, and a function that makes its implementation on a session."""

    port: type[Port]
    make: Callable[[Session], Port]


def provided(port: type[Port]) -> Callable[[Callable[[Session], Port]], Provided[Port]]:
    """Name the implementation of a port: `provided(PostReader)(SqlPostReader)`.

    In two steps, of which the first fixes the type: given both at once, mypy joins their types to
    `object` where the second does not implement the first, and reports nothing.
    """
    return lambda make: Provided(port, make)


def shown(table: Table, view: type[V], page: type[P]) -> Provided[Reader[V, P]]:
    """Provide a reader of a table's rows as views whose fields are named like its columns."""

    def make(session: Session) -> Reader[V, P]:
        return SqlReader(session, table, view, page)

    return Provided(Reader[view, page], make)  # type: ignore[valid-type]


def stored(table: Table, kind: type[A], *tags: str) -> Provided[Repository[A]]:
    """Provide a repository on a table whose columns are named like the fields; a change
    invalidates these cache tags."""

    def make(session: Session) -> Repository[A]:
        return SqlRepository(session, table, kind, tags)

    return Provided(Repository[kind], make)  # type: ignore[valid-type]


class Offered:
    """The ports that units of work of one kind offer."""

    def __init__(self, provided: Iterable[Provided[Any]]) -> None:
        self._makers = {each.port: each.make for each in provided}

    def on(self, session: Session) -> "Ports":
        return Ports(session, self._makers)


class Ports:
    """The implementations on one session."""

    def __init__(self, session: Session, makers: dict[type[Any], Callable[[Session], Any]]) -> None:
        self._session = session
        self._makers = makers
        self._made: dict[type[Any], Any] = {}

    def __getitem__(self, port: type[Port]) -> Port:
        made: Port | None = self._made.get(port)
        if made is None:
            made = self._made[port] = self._makers[port](self._session)
        return made
