"""Import and export of blogs."""

from application.exporting.ports import ExportReader
from application.exporting.queries import ExportQueryService
from application.importing.commands import ImportCommandService
from core.dependencies.aggregate import Aggregate, service
from infra.blog.exporting.reader import SqlExportReader
from infra.database.ports import provided

MOVING = Aggregate(
    readers=(provided(ExportReader)(SqlExportReader),),
    services=(
        service(ExportQueryService)(lambda scope: ExportQueryService(scope.read_uow)),
        service(ImportCommandService)(
            lambda scope: ImportCommandService(scope.write_uow, scope.clock)
        ),
    ),
)
