"""Working copies of posts."""

from application.working_copy.commands import WorkingCopyCommandService
from application.working_copy.ports import WorkingCopyReader, WorkingCopyRepository
from application.working_copy.queries import WorkingCopyQueryService
from core.dependencies.aggregate import Aggregate, commands, queries
from infra.blog.working_copy.reader import SqlWorkingCopyReader
from infra.blog.working_copy.repository import SqlWorkingCopyRepository
from infra.database.ports import provided

WORKING_COPIES = Aggregate(
    readers=(provided(WorkingCopyReader)(SqlWorkingCopyReader),),
    repositories=(provided(WorkingCopyRepository)(SqlWorkingCopyRepository),),
    services=(queries(WorkingCopyQueryService), commands(WorkingCopyCommandService)),
)
