"""Processes that are killed: every job is done, and its effect is there once."""

import asyncio
import multiprocessing
import os
import random
import signal
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from typing import Any
from uuid import UUID

from sqlalchemy import select

from application.post.bulk import BulkCommand, BulkCommandService
from core.blog.container import blog_container
from core.config import Settings
from core.dependencies.background import job_queue
from core.dependencies.container import Container
from domain.job import State
from infra.database.clock import from_now
from infra.database.tables import jobs
from infra.jobs.queue import LEASE
from tests.conftest import fresh_api, running
from tests.jobs.conftest import Stack
from tests.support.api import Api, Person
from tests.support.jobs import ended
from tests.support.profile import IS_FULL
from tests.support.worker import children_of, working

JOBS, KILLS = (200, 20) if IS_FULL else (60, 8)
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload([__name__])


def one_post(number: int) -> dict[str, Any]:
    return {"operations": [{"op": "create", "title": f"post {number}", "body": "b"}]}


def some_posts() -> dict[str, Any]:
    """What keeps a worker busy for a while."""
    operations = [{"op": "create", "title": f"one of {n}", "body": "b"} for n in range(5)]
    return {"operations": operations, "max_concurrent": 1}


async def asked_for(
    api: Api, by: Person, count: int, work: dict[str, Any] | None = None
) -> list[str]:
    """Ask for so many jobs, each of which writes one post, or does this work."""
    bodies = [work or one_post(number) for number in range(count)]
    answers = [await api.post("/posts/bulk", by, json=body) for body in bodies]
    return [answer.raise_for_status().json()["id"] for answer in answers]


async def check_done_once(api: Api, by: Person, job_ids: Iterable[str]) -> int:
    """Returns how many attempts the most unlucky job took."""
    done = [await ended(api, by, job_id) for job_id in job_ids]
    assert {job["state"] for job in done} == {"succeeded"}, [job["error"] for job in done]
    listed = await api.get("/posts?status=draft&limit=1", by)
    assert listed.json()["total"] == sum(job["progress"]["total"] for job in done)
    attempts: int = max(job["attempts"] for job in done)
    return attempts


async def at_work(api: Api) -> None:
    """Wait until somebody has just begun a job."""
    just_begun = select(jobs.c.id).where(
        jobs.c.state == State.RUNNING, jobs.c.due_at > from_now(LEASE - timedelta(seconds=0.1))
    )
    reading = api.container._resources.reads.primary
    async with asyncio.timeout(30), reading.connect() as connection:
        while (await connection.execute(just_begun)).first() is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_workers_that_are_killed_lose_and_double_nothing(stack: Stack) -> None:
    ann = await stack.api.person()
    with working(stack.folder, "worker1", "--concurrency=2", **stack.environment) as worker:
        asking = asyncio.create_task(asked_for(stack.api, ann, JOBS, some_posts()))
        for _ in range(KILLS):
            await at_work(stack.api)
            with suppress(ProcessLookupError, IndexError):
                os.kill(random.choice(children_of(worker.process.pid)), signal.SIGKILL)
        assert await check_done_once(stack.api, ann, await asking) > 1, "nobody died at work"


def ask_and_die(settings: Settings, tenant: UUID, access_token: str, number: int) -> None:
    """Ask for a job as a server does that is killed right after its COMMIT."""
    asyncio.run(_ask_and_die(settings, tenant, access_token, number))


async def _ask_and_die(settings: Settings, tenant: UUID, access_token: str, number: int) -> None:
    container = blog_container(settings)
    scope = container.scope(tenant, await container.caller_of(access_token, tenant))
    await scope[BulkCommandService].request_bulk(BulkCommand.model_validate(one_post(number)))
    os.kill(os.getpid(), signal.SIGKILL)


def take_and_die(settings: Settings) -> None:
    """Take all that is due as a relay does that is killed before it sends it."""
    asyncio.run(_take_and_die(settings))


async def _take_and_die(settings: Settings) -> None:
    container = blog_container(settings)
    assert await job_queue(container._resources).take_due()
    os.kill(os.getpid(), signal.SIGKILL)


async def killed(*started: ForkServerProcess) -> None:
    """Wait until all have killed themselves."""
    for process in started:
        await asyncio.to_thread(process.start)
    for process in started:
        await asyncio.to_thread(process.join)
    assert {process.exitcode for process in started} == {-signal.SIGKILL}


async def test_servers_that_are_killed_after_commit_have_taken_the_job_on(
    idle: Container, settings: Settings
) -> None:
    async with fresh_api(idle) as api:
        ann = await api.person()
        asking = (settings, api.tenant, ann.access_token)
        await killed(
            *(processes.Process(target=ask_and_die, args=(*asking, n)) for n in range(KILLS))
        )
        asked = (await api.get("/jobs?limit=100", ann)).json()["items"]
        assert [job["state"] for job in asked] == ["queued"] * KILLS
        async with running(settings):
            await check_done_once(api, ann, [job["id"] for job in asked])


async def test_a_relay_that_is_killed_half_way_holds_up_nothing_for_long(
    idle: Container, settings: Settings
) -> None:
    async with fresh_api(idle) as api:
        ann = await api.person()
        job_ids = await asked_for(api, ann, 20)
        await killed(processes.Process(target=take_and_die, args=(settings,)))
        states = [job["state"] for job in (await api.get("/jobs", ann)).json()["items"]]
        assert states == ["sent"] * 20
        async with running(settings):
            await check_done_once(api, ann, job_ids)
