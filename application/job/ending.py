"""The end of a job whose work has no transaction of its own."""

from typing import Any

from application.handlers import command_handler
from application.job.ports import JobRepository, Lease
from application.unit_of_work import WriteUnitOfWork


class EndingService:
    """Ends jobs that have succeeded."""

    def __init__(self, write_uow: WriteUnitOfWork) -> None:
        self.write_uow = write_uow

    @command_handler
    async def end(self, lease: Lease, result: Any) -> None:
        """End a job that has succeeded; raises LeaseLost."""
        await self.write_uow[JobRepository].finish(lease, result)
