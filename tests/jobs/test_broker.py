"""A broker that is stopped, wiped or hangs while jobs are on their way."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import quantiles
from time import perf_counter

import pytest

from tests.harness.rabbitmq_server import RabbitMQServer
from tests.jobs.conftest import Stack
from tests.jobs.test_killed import check_done_once, one_post
from tests.support.api import Api, Person
from tests.support.worker import working

JOBS = 200
# of a machine that others use at the same time
_NOISE_SECONDS = 0.02


@pytest.fixture
def broker(new_rabbitmq: Callable[..., RabbitMQServer]) -> RabbitMQServer:
    return new_rabbitmq()


@contextmanager
def stopped(broker: RabbitMQServer) -> Iterator[None]:
    broker.stop()
    yield
    broker.start()


@contextmanager
def wiped(broker: RabbitMQServer) -> Iterator[None]:
    broker.kill()
    shutil.rmtree(broker.folder / "data")
    broker.start()
    yield


@contextmanager
def hung(broker: RabbitMQServer) -> Iterator[None]:
    broker.suspend()
    try:
        yield
    finally:
        broker.resume()


async def asked(api: Api, by: Person, count: int) -> tuple[list[str], float]:
    """Ask for jobs; returns their ids, and the seconds within which 99 of 100 were answered."""
    job_ids, seconds = [], []
    for number in range(count):
        began = perf_counter()
        answer = await api.post("/posts/bulk", by, json=one_post(number))
        seconds.append(perf_counter() - began)
        job_ids.append(answer.raise_for_status().json()["id"])
    return job_ids, quantiles(seconds, n=100)[-1]


@pytest.mark.timing
async def test_requests_hear_nothing_of_it_and_all_jobs_end(
    stack: Stack, broker: RabbitMQServer
) -> None:
    ann = await stack.api.person()
    with working(stack.folder, "worker1", "--concurrency=1", **stack.environment):
        job_ids, usual = await asked(stack.api, ann, JOBS // 2)
        for fault in (stopped, wiped, hung):
            with fault(broker):
                others, during = await asked(stack.api, ann, JOBS)
            job_ids += others
            await check_done_once(stack.api, ann, job_ids)
            assert during < 2 * usual + _NOISE_SECONDS, fault
