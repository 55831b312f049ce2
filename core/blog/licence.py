"""Licences, offers and grants, and the job at each end of an offer's window."""

from uuid import UUID

from application.licence import turning
from application.licence.commands import LicenceCommandService
from application.licence.granting import GrantCommandService
from application.licence.ports import GrantRepository, LicenceReader, LicenceRepository
from application.licence.queries import LicenceQueryService
from application.licence.turning import OfferTurnService
from core.dependencies.aggregate import Aggregate, commands, queries, service
from core.dependencies.job_handlers import JobContext, JobHandler
from infra.blog.licence.currencies import IsoCurrencies
from infra.blog.licence.grants import SqlGrantRepository
from infra.blog.licence.reader import SqlLicenceReader
from infra.blog.licence.repository import SqlLicenceRepository
from infra.database.ports import provided

_CURRENCIES = IsoCurrencies()


async def _turn(job: JobContext) -> None:
    post_id = UUID(job.claimed.payload["post_id"])
    await job.scope()[OfferTurnService].turn(job.claimed.lease, post_id)


LICENCES = Aggregate(
    readers=(provided(LicenceReader)(SqlLicenceReader),),
    repositories=(
        provided(LicenceRepository)(SqlLicenceRepository),
        provided(GrantRepository)(SqlGrantRepository),
    ),
    services=(
        queries(LicenceQueryService),
        service(LicenceCommandService)(
            lambda scope: LicenceCommandService(
                scope.write_uow, scope.caller, scope.clock, _CURRENCIES
            )
        ),
        commands(GrantCommandService),
        service(OfferTurnService)(lambda scope: OfferTurnService(scope.write_uow)),
    ),
    jobs=(JobHandler(turning.KIND, _turn),),
)
