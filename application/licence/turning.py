"""Beginnings and ends of offers, as jobs with a `run_at`: they make old what is cached."""

from datetime import datetime
from uuid import UUID

from application.handlers import command_handler
from application.job.ports import JobRepository, Lease
from application.licence.ports import LicenceRepository
from application.unit_of_work import WriteUnitOfWork
from domain.job import Job
from domain.licence import Offer

KIND = "turn_offer"


async def plan_turns(uow: WriteUnitOfWork, offer: Offer, now: datetime) -> None:
    """Store a job for each end of an offer's window that is to come.

    It does no harm where the offer was withdrawn meanwhile.
    """
    ends = offer.window.starts_at, offer.window.ends_at
    for moment in ends:
        if moment is not None and moment > now:
            payload = {"post_id": offer.post_id.hex}
            await uow[JobRepository].add(Job.queued(KIND, payload, None, moment))


class OfferTurnService:
    """Performs the jobs."""

    def __init__(self, write_uow: WriteUnitOfWork) -> None:
        self.write_uow = write_uow

    @command_handler
    async def turn(self, lease: Lease, post_id: UUID) -> None:
        """Invalidate what is cached of a post; raises LeaseLost."""
        await self.write_uow[LicenceRepository].note_turn(post_id)
        await self.write_uow[JobRepository].finish(lease, None)
