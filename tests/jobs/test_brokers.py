"""What `/readyz` says of a broker, and Redis as one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.blog.container import blog_container
from core.config import Settings
from core.dependencies.container import Container
from infra.jobs import broker
from tests.conftest import fresh_api
from tests.harness.redis_server import RedisServer
from tests.harness.server import Server
from tests.support.api import Api
from tests.support.jobs import ended
from tests.support.server import serving
from tests.support.settings import environment_of
from tests.support.worker import working


@pytest.fixture(params=["redis", "rabbitmq"])
def server(request: pytest.FixtureRequest) -> Server:
    """A broker that the test may stop."""
    new: Callable[[], Server] = request.getfixturevalue(f"new_{request.param}")
    return new()


async def test_readiness_tells_of_a_broker_and_does_not_depend_on_it(
    sqlite_settings: Settings, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "_PERIOD_SECONDS", 0)
    container = blog_container(sqlite_settings.model_copy(update={"celery_broker_url": server.url}))

    async def told(api: Api) -> tuple[int, str, bool]:
        answer = await api.client.get("/readyz")
        notes = " ".join(answer.json()["notes"])
        return answer.status_code, answer.json()["broker"], "The broker is down here" in notes

    async with fresh_api(container) as api:
        assert await told(api) == (200, "up", False)
        server.suspend()
        assert await told(api) == (200, "down", True)
        server.resume()
        assert await told(api) == (200, "up", False)
        server.kill()
        assert await told(api) == (200, "down", True)
    await container.stop()


async def test_redis_may_be_the_broker(
    settings: Settings, idle: Container, redis: RedisServer, tmp_path: Path
) -> None:
    environment = environment_of(settings) | {"CELERY_BROKER_URL": redis.url}
    creates = [{"op": "create", "title": f"{n}", "body": "b"} for n in range(20)]
    async with fresh_api(idle) as here:
        with serving(tmp_path, **environment) as server:
            api = here.through(server.address)
            ann = await api.person()
            asked = await api.post("/posts/bulk", ann, json={"operations": creates})
            with working(tmp_path, "worker1", "--concurrency=1", **environment) as worker:
                job = await ended(api, ann, asked.json()["id"])
            await api.client.aclose()
    assert (job["state"], job["result"]["succeeded"]) == ("succeeded", 20), worker.log.read_text()
    assert asked.headers["X-Request-ID"] in worker.log.read_text()
