"""A path to the broker that is refused, or loses all packets, for one process or for all."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import pytest
import pytest_asyncio

from tests.harness.ports import free_port
from tests.harness.proxy import TcpProxy
from tests.harness.rabbitmq_server import RabbitMQServer
from tests.jobs.conftest import Stack
from tests.jobs.test_killed import asked_for
from tests.support.api import Api, Person
from tests.support.jobs import ended
from tests.support.metrics import read_metrics
from tests.support.profile import POOLS
from tests.support.worker import RunningWorker, start_worker, working

_LATEST_SECONDS = 20
_NOTICED_SECONDS = 30
JOBS = 6


@dataclass(frozen=True)
class Path:
    """The broker as one sees it behind a proxy."""

    proxy: TcpProxy
    url: str

    async def refuse(self) -> None:
        await self.proxy.refuse()
        self.proxy.cut()

    async def lose(self) -> None:
        self.proxy.swallow()

    async def mend(self) -> None:
        self.proxy.resume()
        with suppress(OSError):  # where it never refused
            await self.proxy.accept()


@pytest_asyncio.fixture
async def broker(rabbitmq: RabbitMQServer) -> AsyncIterator[Path]:
    async with TcpProxy(rabbitmq.host, rabbitmq.port) as proxy:
        yield Path(proxy, rabbitmq.url.replace(str(rabbitmq.port), str(proxy.port)))


async def until_told(api: Api, state: str) -> None:
    """Wait until the server says in both places how it stands with the broker."""
    wanted = (state, state == "down")
    async with asyncio.timeout(_LATEST_SECONDS):
        while await told(api) != wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def told(api: Api) -> tuple[str, bool]:
    broker = (await api.client.get("/readyz")).json()["broker"]
    metrics = await read_metrics(api.client)
    return broker, metrics.value("jobs_publisher_is_down") == 1


async def waited(api: Api, by: Person) -> float:
    """Ask for a job, and return in seconds how late it began."""
    (job_id,) = await asked_for(api, by, 1)
    job = await ended(api, by, job_id)
    asked, began = (datetime.fromisoformat(job[at]) for at in ("created_at", "started_at"))
    return (began - asked).total_seconds()


@pytest.mark.parametrize("fault", [Path.refuse, Path.lose])
async def test_jobs_of_a_server_without_a_broker_are_sent_by_others(
    stack: Stack, broker: Path, rabbitmq: RabbitMQServer, fault: object
) -> None:
    ann = await stack.api.person()
    direct = stack.environment | {"CELERY_BROKER_URL": rabbitmq.url}
    with working(stack.folder, "worker1", "--concurrency=1", **direct):
        await until_told(stack.api, "up")
        await fault(broker)  # type: ignore[operator]
        late = [await waited(stack.api, ann) for _ in range(JOBS)]
        await until_told(stack.api, "down")
        await broker.mend()
        await until_told(stack.api, "up")
    print("seconds that jobs waited:", *late)
    assert max(late) < _LATEST_SECONDS


async def through(stack: Stack, *options: str) -> RunningWorker:
    """Start a worker behind the proxy, which is in the loop of this test."""
    return await asyncio.to_thread(
        start_worker, stack.folder, "worker1", "--concurrency=1", *options, **stack.environment
    )


async def noticed(worker: RunningWorker) -> None:
    """Wait until a worker has found that its connection is silent."""
    async with asyncio.timeout(_NOTICED_SECONDS):
        while "Connection to broker lost" not in worker.log.read_text():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("pool", POOLS)
async def test_all_begin_soon_after_the_only_path_is_whole_again(
    stack: Stack, broker: Path, pool: str
) -> None:
    ann = await stack.api.person()
    worker = await through(stack, f"--pool={pool}")
    try:
        await waited(stack.api, ann)
        await broker.lose()
        job_ids = await asked_for(stack.api, ann, JOBS)
        await noticed(worker)
        await until_told(stack.api, "down")
        await broker.mend()
        async with asyncio.timeout(_LATEST_SECONDS):
            done = [await ended(stack.api, ann, job_id) for job_id in job_ids]
        assert {job["state"] for job in done} == {"succeeded"}
    finally:
        worker.kill()


@pytest.mark.parametrize("has_noticed", [False, True])
@pytest.mark.parametrize("pool", POOLS)
async def test_a_worker_ends_when_told_to_while_the_broker_is_silent(
    stack: Stack, broker: Path, pool: str, has_noticed: bool
) -> None:
    worker = await through(stack, f"--pool={pool}")
    try:
        await broker.lose()
        if has_noticed:
            await noticed(worker)
        worker.process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(worker.process.wait, 60)
    finally:
        worker.kill()


async def test_a_worker_that_finds_no_database_ends_with_a_line(
    stack: Stack, rabbitmq: RabbitMQServer
) -> None:
    nowhere = {"DATABASE_URL": f"mysql://blog@127.0.0.1:{free_port()}/blog"}
    direct = stack.environment | nowhere | {"CELERY_BROKER_URL": rabbitmq.url}
    line = "\nDATABASE_URL: no MySQL server answers at 127.0.0.1:"
    with (
        pytest.raises(AssertionError, match=line) as ended_early,
        working(stack.folder, "worker1", "--concurrency=1", **direct),
    ):
        pass
    assert "Traceback" not in str(ended_early.value)
