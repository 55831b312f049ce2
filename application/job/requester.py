"""Whoever caused a job: it is done with the rights that they have when it runs."""

from uuid import UUID

from application.handlers import command_handler
from application.unit_of_work import WriteUnitOfWork
from domain.errors import Forbidden
from domain.user import Caller

_NO_FAMILY = UUID(int=0)  # nobody logged in for this


class RequesterService:
    """Finds out who caused a job, as they are now."""

    def __init__(self, write_uow: WriteUnitOfWork) -> None:
        self.write_uow = write_uow

    @command_handler
    async def caller(self, user_id: UUID) -> Caller:
        """Give the user as a caller; raises Forbidden where the account is closed."""
        user = await self.write_uow.users.get(user_id)
        if not user.is_active:
            raise Forbidden("The account that caused this job is closed.")
        return Caller(user.id, user.role, _NO_FAMILY)
