"""Posts, their favourites, and their kinds of job."""

from datetime import datetime, timedelta
from uuid import UUID

from application.post import bulk, deleting, notifying, publishing
from application.post.bulk import BulkCommandService
from application.post.bulk_run import BulkRun
from application.post.commands import PostCommandService
from application.post.deleting import PostDeletionService
from application.post.favorites import FavoriteCommandService
from application.post.notifying import NotifyingService
from application.post.notifying_run import NotifyingRun
from application.post.ports import FavoriteRepository, Listing, PostReader, PostRepository
from application.post.publishing import PublishingService
from application.post.queries import PostQueryService
from application.user.requester import RequesterService
from core.blog.links import links_of
from core.blog.rendering import RENDERER
from core.dependencies.aggregate import Aggregate, commands, service
from core.dependencies.job_handlers import JobContext, JobHandler
from domain.post import RESTORABLE_FOR
from infra.blog.comment.table import comments
from infra.blog.licence.table import grants
from infra.blog.media.table import picture_uses
from infra.blog.post.favorites import SqlFavoriteRepository
from infra.blog.post.reader import SqlPostReader
from infra.blog.post.repository import SqlPostRepository
from infra.blog.post.table import favorites, post_search, post_tags, posts
from infra.blog.revision.table import revisions
from infra.blog.working_copy.table import working_copies
from infra.database.housekeeping import Chore, Conditions
from infra.database.ports import provided

_OF_POST = (comments, favorites, grants, post_tags, post_search, revisions, working_copies)
_PARTS = (*(table.c.post_id for table in _OF_POST), picture_uses.c.shown_by)
_CLOCKS_DIFFER_BY = timedelta(hours=1)  # whether a post can be restored is decided by another clock


def _deleted_for_good(now: datetime) -> Conditions:
    before = now - RESTORABLE_FOR - _CLOCKS_DIFFER_BY
    is_deleted = posts.c.listing == Listing.DELETED.value
    # a deleted post is not updated, so `updated_at`, which has an index, is not later
    return is_deleted, posts.c.updated_at < before, posts.c.deleted_at < before


async def _bulk(job: JobContext) -> None:
    claimed = job.claimed
    requester = RequesterService(job.scope().write_uow)
    caller = await requester.caller(claimed.requested_by)
    run = BulkRun(
        claimed.lease, lambda: job.scope(caller)[BulkCommandService], job.slots, claimed.turn
    )
    await run.run(claimed.payload)


async def _publish(job: JobContext) -> None:
    claimed, payload = job.claimed, job.claimed.payload
    post_id, planned = UUID(payload["post_id"]), datetime.fromisoformat(payload["planned"])
    service = job.scope()[PublishingService]
    await service.publish(claimed.lease, claimed.requested_by, post_id, planned)


async def _notify(job: JobContext) -> None:
    claimed, resources = job.claimed, job.resources
    service = NotifyingService(job.scope().write_uow, claimed.lease, claimed.requested_by)
    links = links_of(resources, claimed.tenant)
    run = NotifyingRun(service, resources.mailer, links, claimed.turn)
    await run.run(UUID(claimed.payload["post_id"]))


async def _delete(job: JobContext) -> None:
    scope, claimed = job.scope(), job.claimed
    service = PostDeletionService(scope.write_uow, scope.clock, claimed.lease)
    await service.delete_all(UUID(claimed.payload["author_id"]))


POSTS = Aggregate(
    readers=(provided(PostReader)(SqlPostReader),),
    repositories=(
        provided(PostRepository)(SqlPostRepository),
        provided(FavoriteRepository)(SqlFavoriteRepository),
    ),
    services=(
        service(PostQueryService)(
            lambda scope: PostQueryService(scope.read_uow, scope.cache, scope.caller, RENDERER)
        ),
        commands(PostCommandService),
        commands(FavoriteCommandService),
        service(BulkCommandService)(
            lambda scope: BulkCommandService(
                scope.write_uow, scope.caller, scope.clock, scope.limits
            )
        ),
        service(PublishingService)(lambda scope: PublishingService(scope.write_uow, scope.clock)),
    ),
    jobs=(
        JobHandler(bulk.KIND, _bulk),
        JobHandler(publishing.KIND, _publish),
        JobHandler(notifying.KIND, _notify),
        JobHandler(deleting.KIND, _delete),
    ),
    chores=(Chore("posts", posts, _deleted_for_good, _PARTS),),
)
