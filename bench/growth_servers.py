"""The servers on which growth is measured: blogs of all sizes on one primary and its replica."""

import asyncio
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from bench.many_posts import load
from infra.database.schema import migrate
from infra.database.tables import METADATA
from tests.harness.mysql import MySQLPair, MySQLServer, Replica
from tests.harness.mysql_programs import find_mysql
from tests.harness.redis_program import find_redis
from tests.harness.redis_server import RedisServer
from tests.support.server import serving

_MEGABYTE = 1 << 20
_BYTES_OF_A_POST = 4_096  # with its tags, words, comments and all indexes, and some to spare
_WHILE_LOADING = (
    "innodb_flush_log_at_trx_commit = 0",
    "innodb_redo_log_capacity = 1073741824",
    "innodb_io_capacity_max = 20000",
    "innodb_io_capacity = 10000",
)


@contextmanager
def served(sizes: Sequence[int], on_rows: Callable[[int], None]) -> Iterator[dict[int, str]]:
    """Load blogs and serve each from a process of its own; returns the addresses by their sizes.

    The blogs stand side by side, so that reads of one size alternate with those of the others.
    """
    with ExitStack() as stack:
        redis = RedisServer(find_redis())
        stack.callback(redis.discard)
        redis.start()
        pair = _stocked(stack, sizes, on_rows)
        yield {size: _serving(stack, pair, redis, size) for size in sizes}


def _stocked(stack: ExitStack, sizes: Sequence[int], on_rows: Callable[[int], None]) -> MySQLPair:
    program = find_mysql()
    primary, replica = MySQLServer(program), Replica(program)
    stack.callback(MySQLPair(primary, [replica]).discard)
    primary.start()
    _hold_in_memory(primary, sizes)
    for setting in _WHILE_LOADING:
        primary.execute(f"SET GLOBAL {setting}")
    asyncio.run(_load(primary, sizes, on_rows))
    primary.stop()
    _copy(primary, replica)
    primary.start()
    replica.start()
    replica.replicate_from(primary)
    _hold_in_memory(replica, sizes)
    for size in sizes:
        _warm(replica, size)
    return MySQLPair(primary, [replica])


def _hold_in_memory(server: MySQLServer, sizes: Sequence[int]) -> None:
    size = max(64 * _MEGABYTE, max(sizes) * _BYTES_OF_A_POST)
    server.execute(f"SET GLOBAL innodb_buffer_pool_size = {size}")


async def _load(primary: MySQLServer, sizes: Sequence[int], on_rows: Callable[[int], None]) -> None:
    for size in sizes:
        url = make_url(primary.url(_database(size)))
        await migrate(url)
        await load(url, size, on_rows=on_rows)


def _copy(primary: MySQLServer, replica: Replica) -> None:
    # loading both would take twice as long
    data = replica.folder / "data"
    shutil.rmtree(data)
    # with the uuid of its primary it would not replicate
    shutil.copytree(primary.folder / "data", data, ignore=shutil.ignore_patterns("auto.cnf"))


def _warm(server: MySQLServer, size: int) -> None:
    for table in METADATA.sorted_tables:
        for index in ("PRIMARY", *(index.name for index in table.indexes)):
            name = f"{_database(size)}.`{table.name}`"
            server.execute(f"SELECT COUNT(*) FROM {name} FORCE INDEX (`{index}`)")


def _serving(stack: ExitStack, pair: MySQLPair, redis: RedisServer, size: int) -> str:
    folder = Path(stack.enter_context(TemporaryDirectory()))
    environment = {
        "DATABASE_URL": pair.primary.url(_database(size)),
        "DATABASE_REPLICA_URL": pair.replicas[0].url(_database(size)),
        "REDIS_URL": redis.url,
        "JWT_SECRET": token_hex(32),
        "RATE_LIMITS": "off",
    }
    return stack.enter_context(serving(folder, **environment)).address


def _database(size: int) -> str:
    return f"posts_{size}"
