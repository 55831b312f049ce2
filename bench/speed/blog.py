"""The blog that is measured: its servers, its 10,000 posts, and an author."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from random import Random
from secrets import token_hex

from sqlalchemy import make_url

from bench.many_posts import load
from infra.database.schema import migrate
from tests.harness.mysql import MySQLPair, start_pair
from tests.harness.redis_program import find_redis
from tests.harness.redis_server import RedisServer

POSTS = 10_000
_TEXT = "all that is fit to print of a morning by people who set type for a living and read it"
# of the logarithm of a body's words: half have over 700, a few have 5,000
_USUAL, _SPREAD = 6.6, 0.8
_YARDSTICK = (
    "CREATE TABLE broadsheet.yardstick (id CHAR(36) PRIMARY KEY, title VARCHAR(300), body TEXT)"
)

Environment = dict[str, str]
Step = Callable[[str], None]


@contextmanager
def blog(on_step: Step, posts: int) -> Iterator[Environment]:
    """Start a primary, its replica and Redis, and store the posts; returns what a server needs."""
    with ExitStack() as stack:
        on_step("MySQL and Redis start")
        redis = RedisServer(find_redis())
        stack.callback(redis.discard)
        redis.start()
        pair = start_pair()
        stack.callback(pair.discard)
        on_step(f"{posts:,} posts are stored")
        asyncio.run(_stored(pair, posts))
        yield {
            "DATABASE_URL": pair.primary.url("broadsheet"),
            "DATABASE_REPLICA_URL": pair.replicas[0].url("broadsheet"),
            "REDIS_URL": redis.url,
            "JWT_SECRET": token_hex(32),
            "RATE_LIMITS": "off",
            "ENVIRONMENT": "production",
            "CACHE_BYPASS": "true",
            "ALLOWED_HOSTS": "127.0.0.1",
            # as the image has them
            "MALLOC_MMAP_THRESHOLD_": "1048576",
            "MALLOC_TRIM_THRESHOLD_": "4194304",
        }


async def _stored(pair: MySQLPair, posts: int) -> None:
    await migrate(make_url(pair.primary.url("broadsheet")))
    pair.primary.execute(_YARDSTICK)
    pair.replicas[0].wait_until_caught_up()
    for server in (pair.primary, *pair.replicas):
        await load(make_url(server.url("broadsheet")), posts, _body)


def _body(number: int) -> str:
    random = Random(number)
    return " ".join(random.choices(_TEXT.split(), k=int(random.lognormvariate(_USUAL, _SPREAD))))
