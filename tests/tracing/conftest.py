"""A collector, and a server in the test's own process that exports to it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from core.blog.container import blog_container
from core.config import Settings
from tests.conftest import CHEAP_HASH, fresh_api
from tests.harness.collector import Collector, collecting
from tests.support.api import Api

Traced = Callable[..., AbstractAsyncContextManager[Api]]


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture
def traced(
    sqlite_settings: Settings,
    collector: Collector,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Traced:
    """Serve with these variables and settings; all has come at the end of the block."""

    @asynccontextmanager
    async def serve(variables: dict[str, str] | None = None, **settings: Any) -> AsyncIterator[Api]:
        for name, value in (collector.variables() | (variables or {})).items():
            monkeypatch.setenv(name, value)
        container = blog_container(sqlite_settings.model_copy(update=settings))
        container._resources.passwords._hash = CHEAP_HASH
        container._exporting.start("broadsheet-api")
        try:
            async with fresh_api(container) as api:
                yield api
        finally:
            await container.stop()

    return serve
