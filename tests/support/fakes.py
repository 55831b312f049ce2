"""In-memory units of work: they implement the ports in full, and tell what was done to them."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from uuid import UUID

from application.nesting import Nesting
from application.unit_of_work import ConcurrentChange
from domain.errors import DomainError
from domain.tenant import DEFAULT_TENANT, Tenant
from domain.user import Caller
from tests.support.fake_exports import FakeExportReader
from tests.support.fake_jobs import FakeJobReader, FakeJobRepository
from tests.support.fake_posts import FakePostReader
from tests.support.fake_readers import FakeCommentReader, FakeTagReader, FakeUserReader
from tests.support.fake_repositories import (
    Blog,
    BlogSource,
    FakeAnswerRepository,
    FakeCommentRepository,
    FakeFamilyRepository,
    FakeFavoriteRepository,
    FakeFollowRepository,
    FakePostRepository,
    FakeTenantRepository,
    FakeUserRepository,
)


@dataclass
class FakeDatabase:
    """What has been committed, and the last commit that each user's reads must show."""

    blogs: defaultdict[UUID, Blog] = field(default_factory=lambda: defaultdict(Blog))
    tenants: dict[str, Tenant] = field(default_factory=dict)
    commits: int = 0
    kept_positions: dict[UUID, int] = field(default_factory=dict)


class FakeReadUnitOfWork:
    """Reads what has been committed."""

    def __init__(self, database: FakeDatabase, tenant: UUID = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant
        self._nesting = Nesting()
        self.posts = FakePostReader(self._blog)
        self.comments = FakeCommentReader(self._blog)
        self.tags = FakeTagReader(self._blog)
        self.users = FakeUserReader(self._blog)
        self.jobs = FakeJobReader(self._blog)
        self.exports = FakeExportReader(self._blog)

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
        self._nesting.leave()

    def _blog(self) -> Blog:
        self._nesting.check_open()
        return self._database.blogs[self._tenant]


class FakeViews:
    """The readers, inside a write transaction."""

    def __init__(self, blog: BlogSource) -> None:
        self.posts = FakePostReader(blog)
        self.comments = FakeCommentReader(blog)
        self.users = FakeUserReader(blog)
        self.jobs = FakeJobReader(blog)


@dataclass(frozen=True)
class Snapshot:
    """What a transaction works on: copies of what was committed when it began."""

    after_commits: int
    found: tuple[Blog, dict[str, Tenant]]
    blog: Blog
    tenants: dict[str, Tenant]

    @classmethod
    def of(cls, database: FakeDatabase, tenant: UUID) -> "Snapshot":
        blog, tenants = database.blogs[tenant], database.tenants
        return cls(database.commits, (blog, tenants), blog.copy(), tenants.copy())

    @property
    def has_changed(self) -> bool:
        return self.found != (self.blog, self.tenants)


class FakeWriteUnitOfWork:
    """One transaction on a snapshot; of two that overlap, the second to commit fails.

    `log` tells what became of each transaction; `commit_failures` are raised by next commits.
    """

    def __init__(
        self,
        database: FakeDatabase,
        tenant: UUID = DEFAULT_TENANT,
        caller: Caller | None = None,
    ) -> None:
        self._database = database
        self._tenant = tenant
        self._caller = caller
        self._nesting = Nesting()
        self._snapshot: Snapshot | None = None
        self._keep_for: set[UUID] = set()
        self._inner_failed = False
        self.log: list[str] = []
        self.commit_failures: deque[Exception] = deque()
        self.posts = FakePostRepository(self._blog)
        self.comments = FakeCommentRepository(self._blog)
        self.favorites = FakeFavoriteRepository(self._blog)
        self.users = FakeUserRepository(self._blog)
        self.follows = FakeFollowRepository(self._blog)
        self.families = FakeFamilyRepository(self._blog)
        self.jobs = FakeJobRepository(self._blog)
        self.answers = FakeAnswerRepository(self._blog)
        self.tenants = FakeTenantRepository(lambda: self._open().tenants)
        self.views = FakeViews(self._blog)

    @property
    def depth(self) -> int:
        return self._nesting.depth

    def keep_position_for(self, user_id: UUID) -> None:
        self._keep_for.add(user_id)

    async def __aenter__(self) -> Self:
        self._nesting.enter()
        if self.depth == 1:
            self._keep_for = {self._caller.id} if self._caller else set()
            self._inner_failed = False
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._nesting.leave()
        if self.depth:
            self._inner_failed = self._inner_failed or error is not None
        elif self._snapshot is not None:
            self._roll_back(error)

    async def commit(self) -> None:
        if self.depth > 1:
            return
        if self._inner_failed:
            raise RuntimeError("A handler inside this one failed: its writes can't be committed.")
        snapshot, self._snapshot = self._snapshot, None
        if self.commit_failures:
            self.log.append("commit failed")
            raise self.commit_failures.popleft()
        if snapshot is not None:
            self._apply(snapshot)

    def _open(self) -> Snapshot:
        self._nesting.check_open()
        if self._snapshot is None:
            self._snapshot = Snapshot.of(self._database, self._tenant)
            self.log.append("begin")
        return self._snapshot

    def _blog(self) -> Blog:
        return self._open().blog

    def _apply(self, snapshot: Snapshot) -> None:
        database = self._database
        if snapshot.has_changed:
            if database.commits != snapshot.after_commits:
                self.log.append("commit failed")
                raise ConcurrentChange
            database.blogs[self._tenant], database.tenants = snapshot.blog, snapshot.tenants
            database.commits += 1
        self.log.append("commit")
        self._keep_position()

    def _roll_back(self, error: BaseException | None) -> None:
        self._snapshot = None
        self.log.append("rollback")
        if isinstance(error, DomainError):
            # the caller was refused because of something: their next read must show it
            self._keep_position()

    def _keep_position(self) -> None:
        for user_id in self._keep_for:
            self._database.kept_positions[user_id] = self._database.commits
