"""Units of work: what a handler reads from or writes to, and how its transaction may end."""

from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

from application.comment.ports import CommentReader, CommentRepository
from application.exporting.ports import ExportReader
from application.idempotency.ports import AnswerRepository
from application.job.ports import JobReader, JobRepository
from application.post.ports import FavoriteRepository, PostReader, PostRepository
from application.tag.ports import TagReader
from application.tenant.ports import TenantRepository
from application.user.ports import FamilyRepository, FollowRepository, UserReader, UserRepository


class Retryable(Exception):
    """The transaction came to nothing by bad luck: run again, it may succeed."""


class ConcurrentChange(Retryable):
    """Another transaction changed the same aggregate meanwhile."""


class LockTimeout(Retryable):
    """Another transaction holds, for longer than one waits, what this one needs."""


class ConnectionLost(Retryable):
    """The connection to the database died, before a commit."""


class StorageFull(Exception):
    """The database has no room to store anything, or can't write to its disk."""


class OutcomeUnknown(Exception):
    """The connection died at COMMIT: nobody knows whether it took place."""


class Unavailable(Exception):
    """The database can't be reached, or has no connection left for this."""


class WrongTask(RuntimeError):
    """A task uses a unit of work that another task has opened."""


class UnitOfWork(Protocol):
    """Entered by each handler; only the outermost ends it. It belongs to one task."""

    @property
    def depth(self) -> int: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class ReadUnitOfWork(UnitOfWork, Protocol):
    """Reads, as fresh as the caller is entitled to; it has nothing that could write."""

    @property
    def posts(self) -> PostReader: ...

    @property
    def comments(self) -> CommentReader: ...

    @property
    def tags(self) -> TagReader: ...

    @property
    def users(self) -> UserReader: ...

    @property
    def jobs(self) -> JobReader: ...

    @property
    def exports(self) -> ExportReader: ...


class WriteUnitOfWork(UnitOfWork, Protocol):
    """One transaction on the primary; left without a commit, it is rolled back."""

    @property
    def posts(self) -> PostRepository: ...

    @property
    def comments(self) -> CommentRepository: ...

    @property
    def favorites(self) -> FavoriteRepository: ...

    @property
    def users(self) -> UserRepository: ...

    @property
    def follows(self) -> FollowRepository: ...

    @property
    def families(self) -> FamilyRepository: ...

    @property
    def tenants(self) -> TenantRepository: ...

    @property
    def jobs(self) -> JobRepository: ...

    @property
    def answers(self) -> AnswerRepository: ...

    @property
    def views(self) -> "Views": ...

    def keep_position_for(self, user_id: UUID) -> None:
        """Let this user, besides the caller, read what this transaction commits."""

    async def commit(self) -> None:
        """Commit where this is the outermost handler; else leave it to that one.

        Raises OutcomeUnknown where the connection dies meanwhile.
        """


class Views(Protocol):
    """The readers, inside the write transaction: what a command answers with."""

    @property
    def posts(self) -> PostReader: ...

    @property
    def comments(self) -> CommentReader: ...

    @property
    def users(self) -> UserReader: ...

    @property
    def jobs(self) -> JobReader: ...
