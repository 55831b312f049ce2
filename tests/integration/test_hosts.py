"""Hosts that requests name: one each, and where hosts are set, one of them."""

from collections.abc import AsyncIterator, Iterable

import pytest
from httpx import Response

from core.blog.container import blog_container
from core.dependencies.container import Container
from tests.conftest import fresh_api
from tests.support.api import Api

pytestmark = pytest.mark.one_database


@pytest.fixture
async def choosy(container: Container) -> AsyncIterator[Api]:
    """An API on the same database, with hosts."""
    hosts = {"allowed_hosts": ("blog.test", "*.blog.test", "[::1]")}
    other = blog_container(container._settings.model_copy(update=hosts))
    async with fresh_api(other) as api:
        yield api
    await other.stop()


async def asked(api: Api, path: str, hosts: Iterable[str]) -> Response:
    request = api.client.build_request("GET", path)
    others = [(name, value) for name, value in request.headers.raw if name.lower() != b"host"]
    headers = [*others, *((b"Host", host.encode()) for host in hosts)]
    request = api.client.build_request("GET", path)
    request.headers = type(request.headers)(headers)
    return await api.client.send(request)


@pytest.mark.parametrize("host", ["blog.test", "BLOG.test:8000", "a.b.blog.test", "[::1]:80"])
async def test_an_allowed_host_is_answered(choosy: Api, host: str) -> None:
    for _ in range(3):
        assert (await asked(choosy, "/api/v1/posts", [host])).status_code == 200


@pytest.mark.parametrize("host", ["evil.test", "blog.test.evil.test", "evilblog.test", ""])
async def test_another_host_is_refused(choosy: Api, host: str) -> None:
    # the second time, the front would have the answer
    await asked(choosy, "/api/v1/posts", ["blog.test"])
    await asked(choosy, "/api/v1/posts", ["blog.test"])
    answer = await asked(choosy, "/api/v1/posts", [host])
    assert (answer.status_code, answer.json()["status"]) == (400, 400)
    assert (await asked(choosy, "/healthz", [host])).status_code == 200


@pytest.mark.parametrize("hosts", [[], ["blog.test", "blog.test"], ["blog.test", "evil.test"]])
async def test_one_host_is_named(api: Api, hosts: list[str]) -> None:
    for _ in range(2):
        await asked(api, "/api/v1/posts", ["blog.test"])
    assert (await asked(api, "/api/v1/posts", hosts)).status_code == 400
    assert (await asked(api, "/readyz", hosts)).status_code == (400 if hosts else 200)
