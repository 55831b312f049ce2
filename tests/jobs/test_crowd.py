"""Many jobs, relays and workers at once: each effect is there once."""

from contextlib import ExitStack

import pytest

from application.post.bulk import BulkCommand, BulkCommandService
from tests.jobs.conftest import Stack
from tests.jobs.test_killed import check_done_once, one_post
from tests.support.profile import IS_FULL
from tests.support.server import serving
from tests.support.worker import working

JOBS = 400 if IS_FULL else 100


async def test_two_relays_and_three_workers_do_each_job_once(
    stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ann = await stack.api.person()
    caller = await stack.api.container.caller_of(ann.access_token, stack.api.tenant)
    with ExitStack() as others:
        # a second server is a second relay, and each worker has one more
        others.enter_context(serving(tmp_path_factory.mktemp("other"), **stack.environment))
        for number in range(3):
            worker = working(
                stack.folder, f"worker{number}", "--concurrency=1", **stack.environment
            )
            others.enter_context(worker)
        job_ids = []
        for number in range(JOBS):
            scope = stack.api.container.scope(stack.api.tenant, caller)
            command = BulkCommand.model_validate(one_post(number))
            job_ids.append(str((await scope[BulkCommandService].request_bulk(command)).id))
        assert await check_done_once(stack.api, ann, job_ids) == 1
