"""The deletion of all posts of an author, as a job, page by page."""

from datetime import datetime
from uuid import UUID

from application.clock import Clock
from application.handlers import command_handler
from application.job.ending import EndingService
from application.job.ports import Lease
from application.post.ports import PostRepository
from application.unit_of_work import WriteUnitOfWork
from domain.job import Job

KIND = "delete_posts"
_PAGE = 50


def deletion_of_posts(author_id: UUID, now: datetime) -> Job:
    """Make the job that deletes all posts of an author."""
    return Job.queued(KIND, {"author_id": author_id.hex}, None, now)


class PostDeletionService:
    """The transactions of one job: a repetition goes on where an earlier attempt ended."""

    def __init__(self, write_uow: WriteUnitOfWork, clock: Clock, lease: Lease) -> None:
        self.write_uow = write_uow
        self.clock = clock
        self.lease = lease

    async def delete_all(self, author_id: UUID) -> None:
        """Delete the author's posts, and end the job; raises LeaseLost."""
        deleted = 0
        while count := await self._delete_page(author_id):
            deleted += count
        await EndingService(self.write_uow).end(self.lease, {"deleted": deleted})

    @command_handler
    async def _delete_page(self, author_id: UUID) -> int:
        repository, now = self.write_uow[PostRepository], self.clock()
        page = await repository.of_author(author_id, _PAGE)
        for post in page:
            post.delete(now)
            post.updated_at = now
            await repository.store(post)
        return len(page)
