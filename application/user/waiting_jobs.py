"""The quota of jobs that a user has at a time."""

from collections.abc import Sequence
from uuid import UUID

from application.job.ports import JobRepository
from application.unit_of_work import WriteUnitOfWork
from application.user.ports import UserRepository


async def waiting_jobs(
    uow: WriteUnitOfWork, kind: str, user_id: UUID, limit: int
) -> Sequence[UUID]:
    """Return a user's jobs of a kind that have not ended, at most so many; others that ask for
    this user wait until this transaction ends, so that none adds one too many."""
    await uow[UserRepository].get_locked(user_id)
    return await uow[JobRepository].waiting(kind, user_id, limit)
