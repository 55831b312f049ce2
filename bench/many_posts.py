"""Many posts, stored past the API: as many as it takes to see what grows with them."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import islice

from sqlalchemy import URL, Table, insert
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bench.blog_rows import BlogRows, Row
from domain.tenant import DEFAULT_TENANT

_BATCH = 2_000
_PAST_THE_LOG = "SET SESSION sql_log_bin = 0, SESSION unique_checks = 0"


def _500_bytes(_: int) -> str:
    return "body " * 100


def _say_nothing(_: int) -> None:
    pass


async def load(
    url: URL,
    count: int,
    body: Callable[[int], str] = _500_bytes,
    on_rows: Callable[[int], None] = _say_nothing,
) -> None:
    """Store a blog with so many posts, the same one each time, all its tables at once.

    Nothing of it goes to the binary log: a primary and its replica take one each. `on_rows` is
    told how many rows are stored with each step.
    """
    engine = create_async_engine(url, connect_args={"init_command": _PAST_THE_LOG})
    try:
        async with asyncio.TaskGroup() as group:
            for table, rows in BlogRows(count, body).by_table().items():
                group.create_task(_store(engine, table, rows, on_rows))
    finally:
        await engine.dispose()


async def _store(
    engine: AsyncEngine, table: Table, rows: Iterator[Row], on_rows: Callable[[int], None]
) -> None:
    async with engine.connect() as connection:
        while batch := list(islice(rows, _BATCH)):
            await connection.execute(insert(table).values(tenant=DEFAULT_TENANT), batch)
            await connection.commit()
            on_rows(len(batch))
        # the server does so itself, ten seconds later
        await connection.exec_driver_sql(f"ANALYZE LOCAL TABLE `{table.name}`")
