"""Notifying followers of a published post: one mail to each who wants it, as a job."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from application.handlers import command_handler
from application.job.ports import Item, JobRepository, Lease
from application.post.notification_mail import NotificationMail
from application.post.ports import PostRepository
from application.unit_of_work import WriteUnitOfWork
from application.user.ports import Follower, FollowRepository, UserRepository
from application.user.requester import present_caller
from domain.job import Job
from domain.post import Post

KIND = "tell_followers"
_ATTEMPTS = 16  # over half an hour: mail servers may be down for longer than a database
_PAGE = 100


async def tell_followers(
    uow: WriteUnitOfWork, post: Post, requested_by: UUID, now: datetime
) -> None:
    """Add the job that notifies followers of a post, where somebody wants mail."""
    if await uow[FollowRepository].has_mailed(post.author_id):
        job = Job.queued(KIND, {"post_id": post.id.hex}, requested_by, now)
        await uow[JobRepository].add(replace(job, max_attempts=_ATTEMPTS))


class NotifyingService:
    """The transactions of one job."""

    def __init__(self, write_uow: WriteUnitOfWork, lease: Lease, requested_by: UUID | None) -> None:
        self.write_uow = write_uow
        self.lease = lease
        self.requested_by = requested_by

    @command_handler
    async def begin(self, post_id: UUID) -> NotificationMail | None:
        """Return the notification, and store the number of mails; None where the post is not
        public, or another job has notified its followers: they hear of a post once.

        Raises Forbidden where the publisher may not change the post any more.
        """
        post = await self._shown(post_id)
        if post is None or not await self._claimed(post_id):
            return None
        author = await self.write_uow[UserRepository].get(post.author_id)
        total = await self.write_uow[FollowRepository].count_mailed(author.id)
        await self.write_uow[JobRepository].plan(self.lease.job_id, total)
        return NotificationMail(
            job_id=self.lease.job_id,
            author=author.mailed_name,
            title=post.title,
            summary=post.summary or "",
            slug=post.slug,
        )

    @command_handler
    async def followers(self, post_id: UUID, after: UUID) -> Sequence[tuple[Follower, bool]]:
        """Return the next followers who want mail, each with whether they were notified before;
        none where the post is not public. Raises Forbidden as `begin` does."""
        post = await self._shown(post_id)
        if post is None:
            return ()
        page = await self.write_uow[FollowRepository].mailed(post.author_id, after, _PAGE)
        names = [follower.id.hex for follower in page]
        notified = await self.write_uow[JobRepository].done(self.lease.job_id, names)
        return [(follower, follower.id.hex in notified) for follower in page]

    @command_handler
    async def note(self, follower: Follower, outcome: Mapping[str, Any]) -> None:
        """Store the outcome of a mail; raises LeaseLost."""
        await self.write_uow[JobRepository].add_item(self.lease, Item(follower.id.hex, outcome))

    @command_handler
    async def end(self) -> None:
        """End the job with the numbers of mails; raises LeaseLost."""
        tally = await self.write_uow[JobRepository].tally(self.lease.job_id)
        # followers may have come or left meanwhile
        await self.write_uow[JobRepository].plan(self.lease.job_id, sum(tally.values()))
        result = {status: tally.get(status, 0) for status in ("succeeded", "failed")}
        await self.write_uow[JobRepository].finish(self.lease, result)

    async def _claimed(self, post_id: UUID) -> bool:
        return await self.write_uow[PostRepository].claim_notification(post_id, self.lease.job_id)

    async def _shown(self, post_id: UUID) -> Post | None:
        post = await self.write_uow[PostRepository].get(post_id)
        if not post.is_public:
            return None
        post.check_change_by(await present_caller(self.write_uow, self.requested_by))
        return post
