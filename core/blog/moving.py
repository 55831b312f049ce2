"""Import and export of blogs, and the export of accounts."""

from application.exporting.account_commands import KIND, ExportCommandService, ExportJobService
from application.exporting.account_ports import AccountExportReader
from application.exporting.account_queries import AccountExportService
from application.exporting.ports import ExportReader
from application.exporting.queries import ExportQueryService
from application.importing.commands import ImportCommandService
from core.dependencies.aggregate import Aggregate, commands, queries, service
from core.dependencies.job_handlers import JobContext, JobHandler
from infra.blog.exporting.account_reader import SqlAccountExportReader
from infra.blog.exporting.reader import SqlExportReader
from infra.database.ports import provided
from infra.security.export_tokens import TenantExportLinks


async def _export_account(job: JobContext) -> None:
    scope, claimed = job.scope(), job.claimed
    links = TenantExportLinks(job.resources.export_tokens, claimed.tenant)
    service = ExportJobService(scope.write_uow, scope.clock, claimed.lease, links)
    await service.give_link(claimed.payload["base"], claimed.requested_by)


MOVING = Aggregate(
    readers=(
        provided(ExportReader)(SqlExportReader),
        provided(AccountExportReader)(SqlAccountExportReader),
    ),
    services=(
        service(ExportQueryService)(lambda scope: ExportQueryService(scope.read_uow)),
        service(ImportCommandService)(
            lambda scope: ImportCommandService(scope.write_uow, scope.clock)
        ),
        commands(ExportCommandService),
        queries(AccountExportService),
    ),
    jobs=(JobHandler(KIND, _export_account),),
)
