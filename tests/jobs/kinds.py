"""Celery with kinds of jobs that only tests have: `celery -A tests.jobs.kinds.celery worker`."""

import os
import signal
from uuid import UUID

from application.job.ports import JobRepository
from application.post.ports import PostRepository
from core.blog import container
from core.blog.aggregates import AGGREGATES
from core.dependencies import messaging
from core.dependencies.aggregate import Aggregate, registered
from core.dependencies.job_handlers import JobContext, JobHandler
from core.dependencies.machine import MACHINE
from core.dependencies.messaging import celery

__all__ = ["celery"]
messaging._GRACE_SECONDS = int(os.environ.get("GRACE_SECONDS", messaging._GRACE_SECONDS))


async def _drink(job: JobContext) -> None:
    """Kill the process that does it, until a file says that the fault is mended."""
    if not os.path.exists(job.claimed.payload["mended"]):  # noqa: ASYNC240
        os.kill(os.getpid(), signal.SIGKILL)
    async with job.scope().write_uow as uow:
        await uow[JobRepository].finish(job.claimed.lease, None)
        await uow.commit()


async def _freeze(job: JobContext) -> None:
    """Add to a post's title; the first to do it stops in the middle, before it or with its lock."""
    payload = job.claimed.payload
    async with job.scope().write_uow as uow:
        if payload["is_inside"]:
            await uow[PostRepository].get_locked(UUID(payload["post_id"]))
        if not os.path.exists(payload["frozen"]):  # noqa: ASYNC240
            os.mkdir(payload["frozen"])
            os.kill(os.getpid(), signal.SIGSTOP)
        post = await uow[PostRepository].get(UUID(payload["post_id"]))
        post.retitle(post.title + "!")
        await uow[PostRepository].store(post)
        await uow[JobRepository].finish(job.claimed.lease, None)
        await uow.commit()


_KINDS = Aggregate(jobs=(JobHandler("poison", _drink), JobHandler("freeze", _freeze)))
container._REGISTRY = registered((MACHINE, *AGGREGATES, _KINDS))
