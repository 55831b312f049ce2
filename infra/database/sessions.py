"""A session: statements for one tenant, on a connection that the first of them opens."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, Executable, Row, Select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from application.timing import Timings
from application.unit_of_work import ConcurrentChange, Retryable
from infra.database.errors import is_unusable_after, translated

# of one row, or of several that are inserted at once
Values = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
Connect = Callable[[], Coroutine[Any, Any, AsyncConnection]]
# the event loop itself keeps no task alive
_CLOSING: set[asyncio.Task[None]] = set()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server may take over a statement, and what it means when it takes longer."""

    seconds: float
    late: Callable[[str], Exception]


class Session:
    """Opens lazily: a handler that runs no statement takes no connection."""

    def __init__(
        self, tenant: UUID, connect: Connect, patience: Patience, timings: Timings
    ) -> None:
        self.tenant = tenant
        self._timings = timings
        self._connect = connect
        self._patience = patience
        self._connection: AsyncConnection | None = None
        self.has_changed_rows = False
        self.touched: set[str] = set()
        self.has_added_jobs = False
        self._locks_what_it_loads = False

    async def all(self, statement: Executable, values: Values = None) -> Sequence[Row[Any]]:
        return (await self.execute(statement, values)).all()

    async def first(self, statement: Executable, values: Values = None) -> Row[Any] | None:
        return (await self.execute(statement, values)).first()

    async def scalar(self, statement: Executable, values: Values = None) -> Any:
        return (await self.execute(statement, values)).scalar()

    async def change(self, statement: Executable, values: Values = None) -> int:
        """Run an INSERT, UPDATE or DELETE; gives how many rows it matched."""
        matched = (await self.execute(statement, values)).rowcount
        self.has_changed_rows = self.has_changed_rows or matched > 0
        return matched

    async def execute(self, statement: Executable, values: Values = None) -> CursorResult[Any]:
        """Run a statement; raises what the driver's error means to the application."""
        try:
            with self._timings.of_database():
                return await self._executed(statement, values)
        except TimeoutError as error:
            raise self._patience.late("The database does not answer.") from error
        except (SQLAlchemyError, OSError) as error:
            if self._connection is not None and is_unusable_after(error):
                await self._connection.invalidate()
            raise translated(error) from error

    async def _executed(self, statement: Executable, values: Values) -> CursorResult[Any]:
        async with asyncio.timeout(self._patience.seconds):
            if self._connection is None:
                self._connection = await _opened(self._connect())
            return await self._connection.execute(statement, values)

    def touch(self, tags: Iterable[str]) -> None:
        """Note what the changes of this transaction make old in caches."""
        self.touched.update(tags)

    def untouch(self, tags: Iterable[str]) -> None:
        """Take back what turned out to make nothing old."""
        self.touched.difference_update(tags)

    def note_end(self, error: BaseException | None) -> None:
        """Note how a transaction ended: who met another writer would meet them again."""
        if isinstance(error, ConcurrentChange):
            self._locks_what_it_loads = True
        elif not isinstance(error, Retryable):
            self._locks_what_it_loads = False

    def for_change(self, statement: Select[Any]) -> Select[Any]:
        """Give a statement that loads what will be changed: locked, after a meeting."""
        return statement.with_for_update() if self._locks_what_it_loads else statement

    def release(self) -> AsyncConnection | None:
        """Hand the connection, if there is one, to whoever ends it; the session starts anew."""
        connection, self._connection = self._connection, None
        self.has_changed_rows = False
        self.touched = set()
        self.has_added_jobs = False
        return connection


async def _opened(opening: Coroutine[Any, Any, AsyncConnection]) -> AsyncConnection:
    """Open a connection; one whose opening is given up half-way is closed once it is open."""
    task = asyncio.create_task(opening)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        # nobody waits for this: a server that is silent would hold up whoever gave up
        closing = asyncio.create_task(_closed_when_open(task))
        _CLOSING.add(closing)
        closing.add_done_callback(_CLOSING.discard)
        raise


async def _closed_when_open(opening: asyncio.Task[AsyncConnection]) -> None:
    with suppress(SQLAlchemyError, OSError):
        await close_quietly(await opening)


async def close_quietly(connection: AsyncConnection) -> None:
    """Give a connection back to its pool; one that is dead already is not worth an error."""
    with suppress(SQLAlchemyError, OSError):
        await connection.close()
