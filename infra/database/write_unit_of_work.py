"""The unit of work of writes: one transaction on the primary."""

import asyncio
import logging
from time import perf_counter
from types import TracebackType
from typing import Self
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from application.nesting import Nesting
from application.positions import NOWHERE, Position
from application.tracing import step
from application.unit_of_work import (
    ConcurrentChange,
    OutcomeUnknown,
    Port,
    Retryable,
    StorageFull,
    Unavailable,
)
from domain.errors import DomainError, EmailNotVerified, Forbidden
from infra.database.changes import Change, noted_change
from infra.database.errors import is_lost, translated
from infra.database.logins import Logins
from infra.database.ports import Offered
from infra.database.positions import committed, executed_position
from infra.database.primary import Primary
from infra.database.request_context import RequestContext
from infra.database.sessions import Session, Timeout, close_quietly
from infra.database.unknown_outcomes import unknown_outcome
from infra.security.cursors import Cursors

_log = logging.getLogger("broadsheet.positions")
_OF_WRITES = Timeout(5, Unavailable)
_LOST_CONNECTION = (SQLAlchemyError, OSError)


class SqlWriteUnitOfWork:
    """One transaction on the primary."""

    def __init__(
        self,
        primary: Primary,
        context: RequestContext,
        cursors: Cursors,
        offered: Offered,
        logins: Logins | None,
        *,
        verified_only: bool,
    ) -> None:
        self._primary = primary
        self._context = context
        self._nesting = Nesting()
        self._session = Session(
            context.tenant, context.origin, self._connect, _OF_WRITES, context.timings, cursors
        )
        self._ports = offered.on(self._session)
        self._logins = logins
        self._verified_only = verified_only
        self._admits_unverified = False
        self._writers: set[UUID] = set()
        self._inner_failed = False

    @property
    def depth(self) -> int:
        return self._nesting.depth

    def __getitem__(self, port: type[Port]) -> Port:
        return self._ports[port]

    def advance_position_of(self, user_id: UUID) -> None:
        self._writers.add(user_id)

    def admit_unverified(self) -> None:
        self._admits_unverified = True

    async def __aenter__(self) -> Self:
        self._nesting.enter()
        if self.depth == 1:
            caller = self._context.caller
            self._writers = {caller.id} if caller else set()
            self._inner_failed = self._admits_unverified = False
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._nesting.leave():
            self._inner_failed = self._inner_failed or error is not None
            return
        self._session.note_end(error)
        self._primary.counts.retryable += isinstance(error, Retryable)
        if isinstance(error, StorageFull):
            self._primary.storage.note_full()
        if connection := self._session.release():
            await self._primary.shielded.run(self._roll_back(connection, error))

    async def commit(self) -> None:
        if self.depth > 1:
            return
        if self._inner_failed:
            raise RuntimeError("A handler inside this one failed: its writes can't be committed.")
        change = await self._noted_change()
        has_changed, has_jobs = self._session.has_changed_rows, self._session.has_added_jobs
        if connection := self._session.release():
            # the task owns the connection from here on: a caller that is cancelled does not stop it
            with self._context.timings.of_database():
                await self._primary.shielded.run(self._finish(connection, has_changed, change))
        if has_changed:
            self._primary.storage.note_room()
        if has_jobs:
            self._primary.jobs_added.set()

    async def _connect(self) -> AsyncConnection:
        self._nesting.check_open()
        connection = await self._primary.engine.connect()
        try:
            await self._check_login(connection)
        except BaseException:
            await close_quietly(connection)
            raise
        return connection

    async def _check_login(self, connection: AsyncConnection) -> None:
        """Raise Unauthenticated where the caller's login has ended, which a token may outlive,
        Forbidden where the token may only read, and EmailNotVerified."""
        caller = self._context.caller
        if caller and not caller.may_write:
            raise Forbidden("This token may only read: make one with the scope `write`.")
        if self._logins and caller and caller.login_id:
            is_verified = await self._logins.check(connection, self._context.tenant, caller)
            if self._verified_only and not (is_verified or self._admits_unverified):
                raise EmailNotVerified

    async def _noted_change(self) -> Change | None:
        if self._primary.invalidations is None:
            return None
        return await noted_change(self._session, self._writers)

    async def _finish(
        self, connection: AsyncConnection, has_changed: bool, change: Change | None
    ) -> None:
        try:
            async with asyncio.timeout(_OF_WRITES.seconds):
                with step("commit", "client"):
                    position = await self._committed(connection, has_changed)
        except _LOST_CONNECTION as error:
            await connection.invalidate()
            raise await self._failed_commit(error) from error
        finally:
            await close_quietly(connection)
        if has_changed:
            self._primary.arrivals.note(position)
        committed_at = perf_counter()
        await self._invalidate(change, position)
        if change:
            self._primary.counts.floor_seconds.append(perf_counter() - committed_at)

    async def _failed_commit(self, error: Exception) -> Exception:
        if not is_lost(error):
            return translated(error)
        self._primary.counts.unknown += 1
        if self._primary.tracks_positions:
            await self._advance(unknown_outcome())
        return OutcomeUnknown("The connection was lost during COMMIT: check before you retry.")

    async def _invalidate(self, change: Change | None, position: Position) -> None:
        is_invalidated = await self._advance(position)
        if change and self._primary.invalidations:
            tenant = self._context.tenant
            with step("raise floors", "client", {"broadsheet.tags": len(change.tags)}):
                is_invalidated &= await self._primary.invalidations.invalidate(
                    tenant, change.tags, position
                )
        if not is_invalidated:
            await self._hand_over(change)
        elif change:
            self._primary.sent_changes.add(change.id)

    async def _hand_over(self, change: Change | None) -> None:
        """Wait until another process has sent to Redis what this one can't send."""
        if handover := self._primary.handover:
            row_id = change.id if change else None
            with step("hand over"):
                await handover.complete(row_id, self._context.tenant, self._writers)

    async def _roll_back(self, connection: AsyncConnection, error: BaseException | None) -> None:
        try:
            async with asyncio.timeout(_OF_WRITES.seconds):
                await connection.rollback()
                if isinstance(error, DomainError | ConcurrentChange):
                    # the caller's next read must show the cause of the refusal
                    await self._advance(await self._present_position(connection))
        except _LOST_CONNECTION:
            await connection.invalidate()
        finally:
            await close_quietly(connection)

    async def _committed(self, connection: AsyncConnection, has_changed: bool) -> Position:
        if not self._primary.tracks_positions:
            await connection.commit()
            return NOWHERE
        position = await committed(connection)
        if has_changed and not position:
            self._primary.counts.without_position += 1
            _log.warning("a commit reported no position: is session_track_gtids allowed?")
        return position or await executed_position(connection)

    async def _present_position(self, connection: AsyncConnection) -> Position:
        return await executed_position(connection) if self._primary.tracks_positions else NOWHERE

    async def _advance(self, position: Position) -> bool:
        """Advance the writers' positions; False where other processes may not know them yet."""
        if not position:
            return True
        self._context.position.advance(position)
        return all(
            [await self._primary.user_positions.store(user, position) for user in self._writers]
        )
