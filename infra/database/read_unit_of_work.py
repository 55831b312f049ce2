"""The unit of work of reads, on a replica or the primary."""

from types import TracebackType
from typing import Self

from sqlalchemy.ext.asyncio import AsyncConnection

from application.nesting import Nesting
from application.unit_of_work import Port, Retryable, Unavailable
from infra.database.engines import READ_SECONDS
from infra.database.ports import Offered
from infra.database.replicas import Reads, Route
from infra.database.request_context import RequestContext, RequiredPosition
from infra.database.sessions import Session, Timeout, close_quietly
from infra.security.cursors import Cursors


class SqlReadUnitOfWork:
    """Reads on a connection that refuses writes, at the required position or later."""

    def __init__(
        self,
        reads: Reads,
        context: RequestContext,
        required: RequiredPosition,
        cursors: Cursors,
        offered: Offered,
    ) -> None:
        self._reads = reads
        self._required = required
        self._nesting = Nesting()
        timeout = Timeout(READ_SECONDS + 1, self._too_late)
        self._session = Session(
            context.tenant, context.origin, self._connect, timeout, context.timings, cursors
        )
        self._ports = offered.on(self._session)
        self._route: Route | None = None

    @property
    def depth(self) -> int:
        return self._nesting.depth

    def __getitem__(self, port: type[Port]) -> Port:
        return self._ports[port]

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
        self._route = await self._reads.open(await self._required.position())
        return self._route.connection

    def _too_late(self, reason: str) -> Exception:
        # a read that hangs on a replica is retried on another server
        on_replica = self._route is not None and self._route.replica is not None
        return Retryable(reason) if on_replica else Unavailable(reason)
