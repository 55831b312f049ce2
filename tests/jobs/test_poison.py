"""A job that kills its worker each time, and others beside it."""

from pathlib import Path
from uuid import UUID

from application.job.ports import JobRepository
from domain.caller import Role
from domain.job import Job
from tests.jobs.conftest import Stack
from tests.jobs.test_killed import asked_for, check_done_once
from tests.support.api import Person
from tests.support.jobs import ended
from tests.support.samples import NOW
from tests.support.worker import working

MODULE = "tests.jobs.kinds.celery"


async def poisoned(stack: Stack, by: Person, mended: Path) -> UUID:
    """Store a poison that has two attempts, whose lease ends as soon as its worker does."""
    job = Job.queued("poison", {"mended": str(mended)}, by.id, NOW)
    job.max_attempts = 2
    async with stack.api.container.scope(stack.api.tenant).write_uow as uow:
        await uow[JobRepository].add(job)
        await uow.commit()
    return job.id


async def test_it_dies_alone_and_is_replayed_once_mended(stack: Stack) -> None:
    ann, admin = await stack.api.person(), await stack.api.person(Role.ADMIN)
    mended = stack.folder / "mended"
    job_id = await poisoned(stack, ann, mended)
    with working(stack.folder, "worker1", "--concurrency=2", app=MODULE, **stack.environment):
        others = await asked_for(stack.api, ann, 20)
        dead = await ended(stack.api, ann, str(job_id))
        assert (dead["state"], dead["attempts"]) == ("dead", 2)
        assert "ended while it ran this job" in dead["error"]
        await check_done_once(stack.api, ann, others)
        mended.touch()
        replayed = await stack.api.post(f"/jobs/{job_id}/replay", admin)
        assert replayed.json()["state"] == "queued"
        done = await ended(stack.api, ann, str(job_id))
    assert (done["state"], done["attempts"]) == ("succeeded", 3)
