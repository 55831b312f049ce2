"""The requester of a job, with whose present rights it runs."""

from uuid import UUID

from application.handlers import command_handler
from application.unit_of_work import WriteUnitOfWork
from application.user.ports import UserRepository
from domain.caller import Caller
from domain.errors import Forbidden


async def present_caller(uow: WriteUnitOfWork, user_id: UUID | None) -> Caller:
    """Return a user with the present rights; raises Forbidden where the account is closed."""
    if user_id is None:
        raise Forbidden("A job of this kind is done for somebody, and nobody caused this one.")
    user = await uow[UserRepository].get(user_id)
    if not user.is_active:
        raise Forbidden("The account that caused this job is closed.")
    return Caller(user.id, user.role)


class RequesterService:
    """Loads the requester of a job."""

    def __init__(self, write_uow: WriteUnitOfWork) -> None:
        self.write_uow = write_uow

    @command_handler
    async def caller(self, user_id: UUID | None) -> Caller:
        """Return the user as a caller; raises Forbidden where the account is closed."""
        return await present_caller(self.write_uow, user_id)
