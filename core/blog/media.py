"""Pictures, and the job that processes them."""

from uuid import UUID

from application.media import processing
from application.media.commands import PictureCommandService
from application.media.erasing import ErasureService
from application.media.ports import PictureReader, PictureRepository
from application.media.processing import ProcessingRun, ProcessingService
from application.media.queries import PictureFileService, PictureQueryService
from application.media.uploading import UploadService
from core.dependencies.aggregate import Aggregate, commands, queries, service
from core.dependencies.job_handlers import Errand, JobContext, JobHandler
from core.dependencies.scope import ServiceScope
from domain.picture import State
from infra.blog.media.decoder import ProcessDecoder
from infra.blog.media.reader import SqlPictureReader
from infra.blog.media.repository import SqlPictureRepository
from infra.database.ports import provided
from infra.database.tallies import Tally

_DECODER = ProcessDecoder()  # one, as it limits how many run at once


_STATES = tuple(state.value for state in State)
_PICTURES = Tally(
    "broadsheet_media_pictures",
    "Pictures by state, deleted ones too.",
    "state",
    _STATES,
    "SELECT state, COUNT(*) FROM picture GROUP BY state",
)
_BYTES = Tally(
    "broadsheet_media_bytes",
    "The bytes of all files that pictures have in the store.",
    "state",
    _STATES,
    "SELECT state, SUM(kept_bytes) FROM picture GROUP BY state",
)


async def _process(job: JobContext) -> None:
    scope, claimed = job.scope(), job.claimed
    steps = ProcessingService(scope.write_uow, scope.clock, claimed.lease)
    run = ProcessingRun(steps, scope.files, _DECODER, claimed.is_last)
    await run.run(UUID(claimed.payload["picture_id"]))


def _upload(scope: ServiceScope) -> UploadService:
    return UploadService(scope.write_uow, scope.caller, scope.clock, scope.files, _DECODER)


async def _erase(scope: ServiceScope) -> int:
    return await ErasureService(scope.write_uow, scope.clock, scope.files).erase_expired()


MEDIA = Aggregate(
    readers=(provided(PictureReader)(SqlPictureReader),),
    repositories=(provided(PictureRepository)(SqlPictureRepository),),
    services=(
        queries(PictureQueryService),
        commands(PictureCommandService),
        service(UploadService)(_upload),
        service(PictureFileService)(lambda scope: PictureFileService(scope.read_uow, scope.files)),
    ),
    jobs=(JobHandler(processing.KIND, _process),),
    errands=(Errand("pictures", _erase),),
    tallies=(_PICTURES, _BYTES),
)
