"""Telling followers that a post has appeared: one mail to each who wants it, as a job."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from application.handlers import command_handler
from application.job.ports import Item, Lease
from application.post.letter import Letter
from application.unit_of_work import WriteUnitOfWork
from application.user.ports import Follower
from domain.job import Job
from domain.post import Post

KIND = "tell_followers"
_ATTEMPTS = 16  # over half an hour: mail servers may be down for longer than a database
_PAGE = 100


async def tell_followers(uow: WriteUnitOfWork, post: Post, now: datetime) -> None:
    """Plan the mails about a post that appears, where somebody wants one."""
    if await uow.follows.has_mailed(post.author_id):
        job = Job.queued(KIND, {"post_id": post.id.hex}, post.author_id, now)
        await uow.jobs.add(replace(job, max_attempts=_ATTEMPTS))


class TellingService:
    """Does the parts of one job, each in a transaction of its own."""

    def __init__(self, write_uow: WriteUnitOfWork, lease: Lease) -> None:
        self.write_uow = write_uow
        self.lease = lease

    @command_handler
    async def begin(self, post_id: UUID) -> Letter | None:
        """Give what is to be said, and note to how many; None where the post is hidden again."""
        post = await self.write_uow.posts.get(post_id)
        if not post.is_public:
            return None
        author = await self.write_uow.users.get(post.author_id)
        total = await self.write_uow.follows.count_mailed(author.id)
        await self.write_uow.jobs.plan(self.lease.job_id, total)
        return Letter(
            job_id=self.lease.job_id,
            author_id=author.id,
            author=author.display_name,
            title=post.title,
            summary=post.summary or "",
            slug=post.slug,
        )

    @command_handler
    async def followers(self, author_id: UUID, after: UUID) -> Sequence[tuple[Follower, bool]]:
        """Give the next of those who want mail, each with whether they were told before."""
        page = await self.write_uow.follows.mailed(author_id, after, _PAGE)
        names = [follower.id.hex for follower in page]
        told = await self.write_uow.jobs.done(self.lease.job_id, names)
        return [(follower, follower.id.hex in told) for follower in page]

    @command_handler
    async def note(self, follower: Follower, outcome: Mapping[str, Any]) -> None:
        """Note what became of a mail; raises LeaseLost."""
        await self.write_uow.jobs.add_item(self.lease, Item(follower.id.hex, outcome))

    @command_handler
    async def end(self) -> None:
        """End the job with how many were told; raises LeaseLost."""
        tally = await self.write_uow.jobs.tally(self.lease.job_id)
        # meanwhile some may have begun or ceased to follow
        await self.write_uow.jobs.plan(self.lease.job_id, sum(tally.values()))
        result = {status: tally.get(status, 0) for status in ("succeeded", "failed")}
        await self.write_uow.jobs.finish(self.lease, result)
