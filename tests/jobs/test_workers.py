"""Jobs on workers of Celery's."""

import httpx
import pytest

from tests.harness.ports import free_port
from tests.harness.waiting import wait_until
from tests.jobs.conftest import Stack
from tests.support.jobs import ended
from tests.support.metrics import parsed
from tests.support.pictures import picture, processed, upload
from tests.support.worker import working


def counted(port: int) -> float:
    """The jobs of this test that a worker tells of; registrations have others."""
    metrics = parsed(httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=60))
    runs, kinds = "job_duration_seconds_count", ("bulk_posts", "process_picture")
    return sum(metrics.value(runs, kind=kind, outcome="succeeded") for kind in kinds)


@pytest.mark.parametrize("pool", ["prefork", "solo"])
async def test_a_bulk_and_a_picture_are_done_by_a_worker(stack: Stack, pool: str) -> None:
    ann = await stack.api.person()
    creates = [{"op": "create", "title": f"{n}", "body": "b"} for n in range(20)]
    asked = await stack.api.post("/posts/bulk", ann, json={"operations": creates})
    assert asked.status_code == 202
    sent = await upload(stack.api.call, ann, picture(400, 300, "JPEG"))
    options, port = (f"--pool={pool}", "--concurrency=1"), free_port()
    environment = stack.environment | {"WORKER_METRICS_PORT": f"{port}"}
    with working(stack.folder, "worker1", *options, **environment) as worker:
        job = await ended(stack.api, ann, asked.json()["id"])
        shown = await processed(stack.api.call, ann, sent["id"])
        wait_until(lambda: counted(port) == 2, "both are counted")
    assert (job["state"], job["result"]["succeeded"]) == ("succeeded", 20), worker.log.read_text()
    assert (shown["state"], len(shown["sizes"])) == ("ready", 1), worker.log.read_text()
    assert asked.headers["X-Request-ID"] in worker.log.read_text()
