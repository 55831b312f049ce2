"""Migrated databases: one of each server is migrated, all others are copies of it."""

from collections.abc import Iterator
from uuid import uuid4

from core.config import Settings
from infra.database.schema import migrate
from tests.harness.mysql import MySQLPair, MySQLServer
from tests.harness.redis_server import RedisServer
from tests.support.settings import settings_for

_PRISTINE = "pristine"


async def migrated(pair: MySQLPair, redis: RedisServer | None = None) -> Settings:
    """Make a database of its own on a pair, on all its servers."""
    name = f"blog_{uuid4().hex[:8]}"
    await _make(pair.primary, name)
    for replica in pair.replicas:
        replica.wait_until_caught_up()
    replicas = [replica.url(name) for replica in pair.replicas]
    return settings_for(pair.primary.url(name), *replicas, redis_url=redis.url if redis else "")


async def _make(server: MySQLServer, name: str) -> None:
    if (_PRISTINE,) not in server.execute("SHOW DATABASES"):
        await migrate(settings_for(server.url(_PRISTINE)).primary)
    server.execute(*_copying(server, name))


def _copying(server: MySQLServer, name: str) -> Iterator[str]:
    [(_, create)] = server.execute(f"SHOW CREATE DATABASE {_PRISTINE}")
    yield create.replace(_PRISTINE, name)
    for (table,) in server.execute(f"SHOW TABLES FROM {_PRISTINE}"):
        yield f"CREATE TABLE {name}.`{table}` LIKE {_PRISTINE}.`{table}`"
        if server.execute(f"SELECT 1 FROM {_PRISTINE}.`{table}` LIMIT 1"):
            yield f"INSERT INTO {name}.`{table}` SELECT * FROM {_PRISTINE}.`{table}`"
