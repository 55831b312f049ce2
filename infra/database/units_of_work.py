"""The units of work: one for reads, on a replica or the primary, and one for writes."""

import asyncio
import logging
from dataclasses import dataclass, field
from functools import cached_property
from types import TracebackType
from typing import Self
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from structlog.contextvars import get_contextvars

from application.nesting import Nesting
from application.positions import NOWHERE, KeptPositions, Position
from application.unit_of_work import (
    ConcurrentChange,
    OutcomeUnknown,
    Retryable,
    StorageFull,
    Unavailable,
)
from domain.errors import DomainError
from infra.database.changes import Change, Delivered, Invalidations, noted_change
from infra.database.counts import Storage, WriteCounts
from infra.database.engines import READ_SECONDS
from infra.database.errors import is_lost, translated
from infra.database.handover import Handover
from infra.database.positions import committed, executed_position
from infra.database.readers.comment import SqlCommentReader
from infra.database.readers.export import SqlExportReader
from infra.database.readers.job import SqlJobReader
from infra.database.readers.post import SqlPostReader
from infra.database.readers.tag import SqlTagReader
from infra.database.readers.user import SqlUserReader
from infra.database.replicas import Reads, Route
from infra.database.repositories.answer import SqlAnswerRepository
from infra.database.repositories.comment import SqlCommentRepository
from infra.database.repositories.favorite import SqlFavoriteRepository
from infra.database.repositories.follow import SqlFollowRepository
from infra.database.repositories.job import SqlJobRepository
from infra.database.repositories.post import SqlPostRepository
from infra.database.repositories.tenant import SqlTenantRepository
from infra.database.repositories.token_family import SqlFamilyRepository
from infra.database.repositories.user import SqlUserRepository
from infra.database.sessions import Patience, Session, close_quietly
from infra.database.shielded import Shielded
from infra.database.standing import Entitlement, Standing
from infra.database.unknown_outcomes import unknown_outcome
from infra.security.cursors import Cursors

_log = logging.getLogger("broadsheet.positions")
_OF_WRITES = Patience(5, Unavailable)
_LOST_CONNECTION = (SQLAlchemyError, OSError)


class Views:
    """The readers, on one session; each is made when it is asked for."""

    def __init__(self, session: Session, cursors: Cursors) -> None:
        self._session = session
        self._cursors = cursors

    @cached_property
    def posts(self) -> SqlPostReader:
        return SqlPostReader(self._session, self._cursors)

    @cached_property
    def comments(self) -> SqlCommentReader:
        return SqlCommentReader(self._session, self._cursors)

    @cached_property
    def tags(self) -> SqlTagReader:
        return SqlTagReader(self._session)

    @cached_property
    def users(self) -> SqlUserReader:
        return SqlUserReader(self._session, self._cursors)

    @cached_property
    def jobs(self) -> SqlJobReader:
        return SqlJobReader(self._session, self._cursors)


class SqlReadUnitOfWork(Views):
    """Reads on a connection that refuses to write, as fresh as the caller is entitled to."""

    def __init__(
        self, reads: Reads, standing: Standing, entitlement: Entitlement, cursors: Cursors
    ) -> None:
        self._reads = reads
        self._entitlement = entitlement
        self._nesting = Nesting()
        patience = Patience(READ_SECONDS + 1, self._too_late)
        session = Session(standing.tenant, self._connect, patience, standing.timings)
        super().__init__(session, cursors)
        self._route: Route | None = None

    @cached_property
    def exports(self) -> SqlExportReader:
        return SqlExportReader(self._session)

    @property
    def depth(self) -> int:
        return self._nesting.depth

    async def __aenter__(self) -> Self:
        self._nesting.enter()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._nesting.leave():
            return
        if isinstance(error, Retryable) and self._route and self._route.replica:
            self._route.replica.leave_out("It failed in the middle of a read.")
        self._route = None
        if connection := self._session.release():
            await close_quietly(connection)

    async def _connect(self) -> AsyncConnection:
        self._nesting.check_open()
        self._route = await self._reads.open(await self._entitlement.position())
        return self._route.connection

    def _too_late(self, reason: str) -> Exception:
        # what a replica leaves hanging runs again elsewhere
        on_replica = self._route is not None and self._route.replica is not None
        return Retryable(reason) if on_replica else Unavailable(reason)


@dataclass(frozen=True, slots=True)
class Primary:
    """Where writes go, and what all write units of work of a process share."""

    engine: AsyncEngine
    tracks_positions: bool
    kept: KeptPositions
    shielded: Shielded
    invalidations: Invalidations | None
    handover: Handover | None
    delivered: Delivered = field(default_factory=Delivered)
    jobs_added: asyncio.Event = field(default_factory=asyncio.Event)
    counts: WriteCounts = field(default_factory=WriteCounts)
    storage: Storage = field(default_factory=Storage)


class SqlWriteUnitOfWork:
    """One transaction on the primary."""

    def __init__(self, primary: Primary, standing: Standing, cursors: Cursors) -> None:
        self._primary = primary
        self._standing = standing
        self._cursors = cursors
        self._nesting = Nesting()
        self._session = Session(standing.tenant, self._connect, _OF_WRITES, standing.timings)
        self._keep_for: set[UUID] = set()
        self._inner_failed = False

    @property
    def depth(self) -> int:
        return self._nesting.depth

    @cached_property
    def posts(self) -> SqlPostRepository:
        return SqlPostRepository(self._session)

    @cached_property
    def comments(self) -> SqlCommentRepository:
        return SqlCommentRepository(self._session)

    @cached_property
    def favorites(self) -> SqlFavoriteRepository:
        return SqlFavoriteRepository(self._session)

    @cached_property
    def users(self) -> SqlUserRepository:
        return SqlUserRepository(self._session)

    @cached_property
    def follows(self) -> SqlFollowRepository:
        return SqlFollowRepository(self._session)

    @cached_property
    def families(self) -> SqlFamilyRepository:
        return SqlFamilyRepository(self._session)

    @cached_property
    def tenants(self) -> SqlTenantRepository:
        return SqlTenantRepository(self._session)

    @cached_property
    def jobs(self) -> SqlJobRepository:
        return SqlJobRepository(self._session, get_contextvars().get("request_id"))

    @cached_property
    def answers(self) -> SqlAnswerRepository:
        return SqlAnswerRepository(self._session)

    @cached_property
    def views(self) -> Views:
        return Views(self._session, self._cursors)

    def keep_position_for(self, user_id: UUID) -> None:
        self._keep_for.add(user_id)

    async def __aenter__(self) -> Self:
        self._nesting.enter()
        if self.depth == 1:
            caller = self._standing.caller
            self._keep_for = {caller.id} if caller else set()
            self._inner_failed = False
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
            # from here on the task owns the connection: a caller who hangs up stops nothing
            with self._standing.timings.of_database():
                await self._primary.shielded.run(self._finish(connection, has_changed, change))
        if has_changed:
            self._primary.storage.note_room()
        if has_jobs:
            self._primary.jobs_added.set()

    async def _connect(self) -> AsyncConnection:
        self._nesting.check_open()
        return await self._primary.engine.connect()

    async def _noted_change(self) -> Change | None:
        if self._primary.invalidations is None:
            return None
        return await noted_change(self._session, self._keep_for)

    async def _finish(
        self, connection: AsyncConnection, has_changed: bool, change: Change | None
    ) -> None:
        try:
            async with asyncio.timeout(_OF_WRITES.seconds):
                position = await self._committed(connection, has_changed)
        except _LOST_CONNECTION as error:
            await connection.invalidate()
            raise await self._failed_commit(error) from error
        finally:
            await close_quietly(connection)
        await self._tell(change, position)

    async def _failed_commit(self, error: Exception) -> Exception:
        if not is_lost(error):
            return translated(error)
        self._primary.counts.unknown += 1
        if self._primary.tracks_positions:
            await self._advance(unknown_outcome())
        return OutcomeUnknown("The connection died at the commit: look before you send it again.")

    async def _tell(self, change: Change | None, position: Position) -> None:
        is_told = await self._advance(position)
        if change and self._primary.invalidations:
            tenant = self._standing.tenant
            is_told &= await self._primary.invalidations.invalidate(tenant, change.tags, position)
        if not is_told:
            await self._hand_over(change)
        elif change:
            self._primary.delivered.add(change.id)

    async def _hand_over(self, change: Change | None) -> None:
        """Wait until another process has told Redis what this one can't."""
        if handover := self._primary.handover:
            row_id = change.id if change else None
            await handover.complete(row_id, self._standing.tenant, self._keep_for)

    async def _roll_back(self, connection: AsyncConnection, error: BaseException | None) -> None:
        try:
            async with asyncio.timeout(_OF_WRITES.seconds):
                await connection.rollback()
                if isinstance(error, DomainError | ConcurrentChange):
                    # refused because of something: the caller's next read must show it
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
        """Let those who wrote see it; False where a process that they ask may not know yet."""
        if not position:
            return True
        self._standing.position.advance(position)
        return all([await self._primary.kept.keep(user, position) for user in self._keep_for])
