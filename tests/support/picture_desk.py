"""Processes pictures where no server does: a test says when, and how far."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select, update

from application.files import FileStore
from application.media.erasing import ErasureService
from application.media.processing import KIND
from core.dependencies.background import job_queue, job_runner
from core.dependencies.job_handlers import JobExecutor
from core.dependencies.resources import Resources
from infra.blog.media.table import pictures
from infra.database.clock import from_now
from infra.database.tables import jobs
from infra.files.folder import FolderFiles
from tests.support.api import Api


def resources_of(api: Api) -> Resources:
    return api.container._resources


async def due(api: Api) -> list[UUID]:
    """The ids of the jobs of a tenant's pictures that have not ended."""
    of_pictures = (jobs.c.tenant == api.tenant, jobs.c.kind == KIND, jobs.c.due_at.is_not(None))
    async with resources_of(api).reads.primary.connect() as connection:
        return list((await connection.execute(select(jobs.c.id).where(*of_pictures))).scalars())


async def process_all(api: Api) -> None:
    """Do the jobs as a worker does."""
    for job_id in await due(api):
        await job_runner(resources_of(api)).run(job_id)


async def begin(api: Api, job_id: UUID) -> None:
    """Do a job as a worker that nothing outlives: nobody notes what becomes of it."""
    resources = resources_of(api)
    claimed = await job_queue(resources).claim(job_id)
    assert claimed
    await JobExecutor(resources).perform(claimed)


async def lose(api: Api, job_id: UUID) -> None:
    """Let the lease of a job end."""
    lost = update(jobs).where(jobs.c.id == job_id).values(due_at=from_now())
    async with resources_of(api).primary.engine.begin() as connection:
        await connection.execute(lost)


async def states(api: Api) -> list[str]:
    """The states of all of the tenant's pictures, also of those that nobody sees."""
    own = select(pictures.c.state).where(pictures.c.tenant == api.tenant)
    async with resources_of(api).reads.primary.connect() as connection:
        return list((await connection.execute(own)).scalars())


def folder_of(api: Api) -> Path:
    """The folder of the tenant's files."""
    files: FileStore = resources_of(api).files
    assert isinstance(files, FolderFiles)
    return files.root / api.tenant.hex


def files_of(api: Api) -> list[str]:
    """The names of the tenant's files, without those of the pictures' folders."""
    folder = folder_of(api)
    found = (each.relative_to(folder) for each in folder.rglob("*") if each.is_file())
    return sorted("/".join(each.parts[1:]) for each in found)


async def erase(api: Api, later: timedelta) -> int:
    """Do what housekeeping will do with the tenant's pictures at a later time."""
    scope = api.container.scope(api.tenant)
    then = datetime.now(UTC) + later
    return await ErasureService(scope.write_uow, lambda: then, scope.files).erase_expired()
