"""Scheduled publishing, as a job with a `run_at`."""

from datetime import datetime
from uuid import UUID

from application.clock import Clock
from application.handlers import command_handler
from application.job.ports import JobRepository, Lease
from application.post.access import check_offered
from application.post.notifying import tell_followers
from application.post.ports import PostRepository
from application.unit_of_work import WriteUnitOfWork
from application.user.requester import present_caller
from domain.errors import Conflict
from domain.job import Job
from domain.post import Post

KIND = "publish_post"
PLANNED_AT_MOST = 1000  # of a user


async def plan_publication(
    uow: WriteUnitOfWork, post: Post, requested_by: UUID, now: datetime
) -> None:
    """Store the job that publishes a scheduled post at its time; raises Conflict where a user has
    many of them."""
    waiting = await uow[JobRepository].waiting(KIND, requested_by, PLANNED_AT_MOST)
    if len(waiting) >= PLANNED_AT_MOST:
        said = f"{PLANNED_AT_MOST} publications of yours are planned: wait until one is done."
        raise Conflict(said)
    planned = post.published_at or now
    payload = {"post_id": post.id.hex, "planned": planned.isoformat()}
    job = Job.queued(KIND, payload, requested_by, max(planned, now))
    await uow[JobRepository].add(job)


class PublishingService:
    """Publishes scheduled posts."""

    def __init__(self, write_uow: WriteUnitOfWork, clock: Clock) -> None:
        self.write_uow = write_uow
        self.clock = clock

    @command_handler
    async def publish(
        self, lease: Lease, requested_by: UUID | None, post_id: UUID, planned: datetime
    ) -> None:
        """Publish a post that is still scheduled for this time; raises LeaseLost, Forbidden where
        the requester may not change the post any more, and Conflict where no offer is left.

        A post that was rescheduled has another job for the other time.
        """
        post = await self.write_uow[PostRepository].get(post_id)
        is_due = post.is_scheduled_for(planned)
        if is_due:
            await self._publish(post, requested_by)
        await self.write_uow[JobRepository].finish(lease, {"published": is_due})

    async def _publish(self, post: Post, requested_by: UUID | None) -> None:
        caller = await present_caller(self.write_uow, requested_by)
        post.check_change_by(caller)
        now = self.clock()
        post.publish(now)
        await check_offered(self.write_uow, post, now)
        post.updated_at = now
        await self.write_uow[PostRepository].store(post)
        await tell_followers(self.write_uow, post, caller.id, now)
