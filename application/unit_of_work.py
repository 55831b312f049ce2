"""Units of work: what a handler reads from or writes to, and how its transaction may end."""

from types import TracebackType
from typing import Protocol, Self, TypeVar
from uuid import UUID

Port = TypeVar("Port")


class Retryable(Exception):
    """The transaction failed by coincidence: it may succeed when it is retried."""


class ConcurrentChange(Retryable):
    """Another transaction changed the same aggregate meanwhile."""


class LockTimeout(Retryable):
    """Another transaction holds a lock for longer than the lock timeout."""


class ConnectionLost(Retryable):
    """The connection to the database was lost before a commit."""


class StorageFull(Exception):
    """The database's disk is full, or can't be written."""


class OutcomeUnknown(Exception):
    """The connection was lost at COMMIT: whether it took place is not known."""


class Unavailable(Exception):
    """The database can't be reached, or its connection pool is exhausted."""


class WrongTask(RuntimeError):
    """A task uses a unit of work that another task has opened."""


class UnitOfWork(Protocol):
    """Entered by each handler; only the outermost ends it. It belongs to one task."""

    @property
    def depth(self) -> int: ...

    def __getitem__(self, port: type[Port], /) -> Port:
        """Return the implementation of a port, on this transaction: `uow[PostRepository]`.

        Raises KeyError for a port that it does not offer.
        """

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class ReadUnitOfWork(UnitOfWork, Protocol):
    """Reads at the position that the caller requires; it offers readers, and no repositories."""


class WriteUnitOfWork(UnitOfWork, Protocol):
    """One transaction on the primary; left without a commit, it is rolled back.

    It offers repositories, and readers for what a command answers with.
    """

    def advance_position_of(self, user_id: UUID) -> None:
        """Advance this user's position too, besides the caller's, when this transaction commits."""

    def admit_unverified(self) -> None:
        """Let callers do this whose email is not verified, also where they may do nothing else;
        called before the first statement."""

    async def commit(self) -> None:
        """Commit where this is the outermost handler; else leave it to that one.

        Raises OutcomeUnknown where the connection is lost meanwhile.
        """
