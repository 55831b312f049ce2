"""Publishing at a time: the end of the wait, as a job."""

from datetime import datetime
from uuid import UUID

from application.clock import Clock
from application.handlers import command_handler
from application.job.ports import Lease
from application.post.telling import tell_followers
from application.unit_of_work import WriteUnitOfWork
from domain.job import Job
from domain.post import Post

KIND = "publish_post"


def publication(post: Post, requested_by: UUID | None, now: datetime) -> Job:
    """Make the job that publishes a scheduled post at its time, or at once where that is past."""
    planned = post.published_at or now
    payload = {"post_id": post.id.hex, "planned": planned.isoformat()}
    return Job.queued(KIND, payload, requested_by, max(planned, now))


class PublishingService:
    """Publishes what is due."""

    def __init__(self, write_uow: WriteUnitOfWork, clock: Clock) -> None:
        self.write_uow = write_uow
        self.clock = clock

    @command_handler
    async def publish(self, lease: Lease, post_id: UUID, planned: datetime) -> None:
        """Publish a post that is still scheduled for this moment; raises LeaseLost.

        Where it was changed meanwhile, another job has the other moment.
        """
        post = await self.write_uow.posts.get(post_id)
        is_due = post.is_scheduled_for(planned)
        if is_due:
            post.publish(self.clock())
            post.updated_at = self.clock()
            await self.write_uow.posts.store(post)
            await tell_followers(self.write_uow, post, self.clock())
        await self.write_uow.jobs.finish(lease, {"published": is_due})
