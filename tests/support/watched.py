"""A write unit of work that is watched: what became of its transactions."""

from collections import deque
from types import TracebackType
from typing import Self
from uuid import UUID

from application.unit_of_work import Port, WriteUnitOfWork


class WatchedUnitOfWork:
    """Wraps a unit of work; `log` records how each transaction began and ended, `kept_for` the
    users whose positions it advances; the next commits raise `commit_failures`."""

    def __init__(self, watched: WriteUnitOfWork) -> None:
        self._watched = watched
        self._has_begun = False
        self.log: list[str] = []
        self.kept_for: list[UUID] = []
        self.commit_failures: deque[Exception] = deque()

    @property
    def depth(self) -> int:
        return self._watched.depth

    def __getitem__(self, port: type[Port]) -> Port:
        if not self._has_begun:
            self._note("begin")
        return self._watched[port]

    def advance_position_of(self, user_id: UUID) -> None:
        self.kept_for.append(user_id)
        self._watched.advance_position_of(user_id)

    def admit_unverified(self) -> None:
        self._watched.admit_unverified()

    async def __aenter__(self) -> Self:
        await self._watched.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._watched.__aexit__(kind, error, trace)
        if self._has_begun and not self.depth:
            self._note("rollback")

    async def commit(self) -> None:
        if self.depth == 1 and self.commit_failures:
            self._note("commit failed")
            raise self.commit_failures.popleft()
        await self._watched.commit()
        if self._has_begun and self.depth == 1:
            self._note("commit")

    def _note(self, what: str) -> None:
        self._has_begun = what == "begin"
        self.log.append(what)
