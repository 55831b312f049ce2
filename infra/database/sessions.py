"""A session: statements for one tenant, on a connection that the first statement opens."""

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
from infra.security.cursors import Cursors

# of one row, or of several that are inserted at once
Values = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
Connect = Callable[[], Coroutine[Any, Any, AsyncConnection]]
# the event loop holds tasks by weak references
_CLOSING: set[asyncio.Task[None]] = set()


@dataclass(frozen=True, slots=True)
class Timeout:
    """How long a statement may take, and the error to raise when it takes longer."""

    seconds: float
    late: Callable[[str], Exception]


@dataclass(frozen=True, slots=True)
class Origin:
    """Who causes a transaction: the user, and the network address of the request."""

    actor_id: UUID | None
    address: str | None


class Session:
    """Opens its connection lazily: a handler that runs no statement uses none."""

    def __init__(
        self,
        tenant: UUID,
        origin: Origin,
        connect: Connect,
        timeout: Timeout,
        timings: Timings,
        cursors: Cursors,
    ) -> None:
        self.tenant = tenant
        self.origin = origin
        self.cursors = cursors
        self._timings = timings
        self._connect = connect
        self._timeout = timeout
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
        """Run an INSERT, UPDATE or DELETE; returns how many rows it matched."""
        matched = (await self.execute(statement, values)).rowcount
        self.has_changed_rows = self.has_changed_rows or matched > 0
        return matched

    async def execute(self, statement: Executable, values: Values = None) -> CursorResult[Any]:
        """Run a statement; raises the application's error for a driver's."""
        try:
            with self._timings.of_database():
                return await self._executed(statement, values)
        except TimeoutError as error:
            raise self._timeout.late("The database does not answer.") from error
        except (SQLAlchemyError, OSError) as error:
            if self._connection is not None and is_unusable_after(error):
                await self._connection.invalidate()
            raise translated(error) from error

    async def _executed(self, statement: Executable, values: Values) -> CursorResult[Any]:
        async with asyncio.timeout(self._timeout.seconds):
            if self._connection is None:
                self._connection = await _opened(self._connect())
            return await self._connection.execute(statement, values)

    def touch(self, tags: Iterable[str]) -> None:
        """Note the cache tags of what this transaction changes."""
        self.touched.update(tags)

    def untouch(self, tags: Iterable[str]) -> None:
        """Remove tags that turned out to be unchanged."""
        self.touched.difference_update(tags)

    def note_end(self, error: BaseException | None) -> None:
        """Note how a transaction ended: after a concurrent change, the retry locks what it
        loads."""
        if isinstance(error, ConcurrentChange):
            self._locks_what_it_loads = True
        elif not isinstance(error, Retryable):
            self._locks_what_it_loads = False

    def for_change(self, statement: Select[Any]) -> Select[Any]:
        """Return a statement that loads what will be changed; it locks the rows after a concurrent
        change."""
        return statement.with_for_update() if self._locks_what_it_loads else statement

    def release(self) -> AsyncConnection | None:
        """Return the connection, if any, which the calling code must end; reset the
        session."""
        connection, self._connection = self._connection, None
        self.has_changed_rows = False
        self.touched = set()
        self.has_added_jobs = False
        return connection


async def _opened(opening: Coroutine[Any, Any, AsyncConnection]) -> AsyncConnection:
    """Open a connection; where the caller is cancelled meanwhile, it is closed once it is open."""
    task = asyncio.create_task(opening)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        # as a task of its own: a server that does not answer must not delay the cancellation
        closing = asyncio.create_task(_closed_when_open(task))
        _CLOSING.add(closing)
        closing.add_done_callback(_CLOSING.discard)
        raise


async def _closed_when_open(opening: asyncio.Task[AsyncConnection]) -> None:
    with suppress(SQLAlchemyError, OSError):
        await close_quietly(await opening)


async def close_quietly(connection: AsyncConnection) -> None:
    """Return a connection to its pool; errors of one that is lost already are ignored."""
    with suppress(SQLAlchemyError, OSError):
        await connection.close()
