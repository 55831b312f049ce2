"""A scope: what one request or one run of a command works with."""

from datetime import UTC, datetime
from functools import cached_property

from application.caching import Asked, Outcome, Uncached
from application.comment.commands import CommentCommandService
from application.comment.queries import CommentQueryService
from application.exporting.queries import ExportQueryService
from application.idempotency.commands import IdempotencyCommandService
from application.importing.commands import ImportCommandService
from application.job.commands import JobCommandService
from application.job.queries import JobQueryService
from application.positions import CallerPosition
from application.post.bulk import BulkCommandService
from application.post.commands import PostCommandService
from application.post.favorites import FavoriteCommandService
from application.post.publishing import PublishingService
from application.post.queries import PostQueryService
from application.tag.queries import TagQueryService
from application.tenant.commands import TenantCommandService
from application.timing import Timings
from application.user.commands import UserCommandService
from application.user.follows import FollowCommandService
from application.user.queries import UserQueryService
from application.user.sessions import SessionCommandService
from core.dependencies.resources import Resources
from domain.user import Caller
from infra.cache.scoped import ScopedCache
from infra.database.standing import Entitlement, Standing
from infra.database.units_of_work import SqlReadUnitOfWork, SqlWriteUnitOfWork
from infra.security.tokens import SignedTokens


def _now() -> datetime:
    return datetime.now(UTC)


class Scope:
    """The services of one caller in one tenant, on one unit of work of each kind."""

    def __init__(
        self, resources: Resources, standing: Standing, *, past_cache: bool = False
    ) -> None:
        self._resources = resources
        self._standing = standing
        self._past_cache = past_cache

    @property
    def caller(self) -> Caller | None:
        return self._standing.caller

    @property
    def timings(self) -> Timings:
        return self._standing.timings

    @property
    def position(self) -> CallerPosition:
        return self._standing.position

    @cached_property
    def posts(self) -> PostQueryService:
        return PostQueryService(self._read_uow, self._cache, self._standing.caller)

    @cached_property
    def post_commands(self) -> PostCommandService:
        return PostCommandService(self.write_uow, self._standing.caller, _now)

    @cached_property
    def publishing(self) -> PublishingService:
        return PublishingService(self.write_uow, _now)

    @cached_property
    def favorite_commands(self) -> FavoriteCommandService:
        return FavoriteCommandService(self.write_uow, self._standing.caller)

    @cached_property
    def comments(self) -> CommentQueryService:
        return CommentQueryService(self._read_uow, self._cache, self._standing.caller)

    @cached_property
    def comment_commands(self) -> CommentCommandService:
        return CommentCommandService(self.write_uow, self._standing.caller, _now)

    @cached_property
    def tags(self) -> TagQueryService:
        return TagQueryService(self._read_uow, self._cache, self._standing.caller)

    @cached_property
    def users(self) -> UserQueryService:
        return UserQueryService(self._read_uow, self._cache, self._standing.caller)

    @cached_property
    def user_commands(self) -> UserCommandService:
        passwords = self._resources.passwords
        return UserCommandService(self.write_uow, self._standing.caller, _now, passwords)

    @cached_property
    def follow_commands(self) -> FollowCommandService:
        return FollowCommandService(self.write_uow, self._standing.caller, _now)

    @cached_property
    def sessions(self) -> SessionCommandService:
        tokens = SignedTokens(self._resources.secret, self._standing.tenant)
        return SessionCommandService(self.write_uow, _now, self._resources.passwords, tokens)

    @cached_property
    def idempotency(self) -> IdempotencyCommandService:
        return IdempotencyCommandService(self.write_uow, _now)

    @cached_property
    def tenants(self) -> TenantCommandService:
        return TenantCommandService(self.write_uow, self._resources.tenant_tokens)

    @cached_property
    def imports(self) -> ImportCommandService:
        return ImportCommandService(self.write_uow, _now)

    @cached_property
    def jobs(self) -> JobQueryService:
        return JobQueryService(self._read_uow, self._standing.caller)

    @cached_property
    def job_commands(self) -> JobCommandService:
        return JobCommandService(self.write_uow, self._standing.caller, _now)

    @cached_property
    def bulk_commands(self) -> BulkCommandService:
        return BulkCommandService(self.write_uow, self._standing.caller, _now)

    @cached_property
    def exports(self) -> ExportQueryService:
        return ExportQueryService(self._read_uow)

    @property
    def cache_outcome(self) -> Outcome | None:
        """What became of the last question to the cache; None where there was none."""
        return self._cache.outcome

    @property
    def asked(self) -> Asked | None:
        """What it asked the cache for, as nobody in particular; None where it did not."""
        if self._standing.caller or not isinstance(self._cache, ScopedCache):
            return None
        return self._cache.asked

    @cached_property
    def _cache(self) -> ScopedCache | Uncached:
        floors, standing = self._resources.floors, self._standing
        if floors is None:
            return Uncached()
        return ScopedCache(floors, standing, self._entitlement, bypassed=self._past_cache)

    @cached_property
    def _entitlement(self) -> Entitlement:
        return Entitlement(self._standing, self._resources.primary.kept)

    @cached_property
    def _read_uow(self) -> SqlReadUnitOfWork:
        resources = self._resources
        return SqlReadUnitOfWork(
            resources.reads, self._standing, self._entitlement, resources.cursors
        )

    @cached_property
    def write_uow(self) -> SqlWriteUnitOfWork:
        return SqlWriteUnitOfWork(self._resources.primary, self._standing, self._resources.cursors)
