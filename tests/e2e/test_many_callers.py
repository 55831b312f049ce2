"""A crowd: none of 512 callers who ask at once, and go on asking, is turned away."""

import asyncio
from pathlib import Path

from core.config import Settings
from tests.harness.load import Load
from tests.support.api import Api
from tests.support.server import serving
from tests.support.settings import environment_of
from tests.support.waiting import until

CALLERS = 512


async def test_nobody_is_turned_away(
    mysql_settings: Settings, api_on_mysql: Api, tmp_path: Path
) -> None:
    await api_on_mysql.write(await api_on_mysql.person())
    with serving(tmp_path, **environment_of(mysql_settings)) as server:
        host, port = server.address.removeprefix("http://").split(":")
        load = Load(host, int(port), "/api/v1/posts")
        asking = asyncio.create_task(load.run(CALLERS))
        await until(lambda: len(load.statuses) >= 4 * CALLERS, "all have asked four times")
        asking.cancel()
        await asyncio.wait([asking])
    assert (set(load.statuses), load.lost) == ({200}, [])
