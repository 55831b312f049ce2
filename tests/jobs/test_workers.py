"""Jobs on workers of Celery's."""

import pytest

from tests.jobs.conftest import Stack
from tests.support.jobs import ended
from tests.support.pictures import picture, processed, upload
from tests.support.worker import working


@pytest.mark.parametrize("pool", ["prefork", "solo"])
async def test_a_bulk_and_a_picture_are_done_by_a_worker(stack: Stack, pool: str) -> None:
    ann = await stack.api.person()
    creates = [{"op": "create", "title": f"{n}", "body": "b"} for n in range(20)]
    asked = await stack.api.post("/posts/bulk", ann, json={"operations": creates})
    assert asked.status_code == 202
    sent = await upload(stack.api.call, ann, picture(400, 300, "JPEG"))
    options = (f"--pool={pool}", "--concurrency=1")
    with working(stack.folder, "worker1", *options, **stack.environment) as worker:
        job = await ended(stack.api, ann, asked.json()["id"])
        shown = await processed(stack.api.call, ann, sent["id"])
    assert (job["state"], job["result"]["succeeded"]) == ("succeeded", 20), worker.log.read_text()
    assert (shown["state"], len(shown["sizes"])) == ("ready", 1), worker.log.read_text()
    assert asked.headers["X-Request-ID"] in worker.log.read_text()
