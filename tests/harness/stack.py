"""Broadsheet on real servers, without Docker: a MySQL primary with its replica, Redis, RabbitMQ
and a worker.

python -m tests.harness.stack serve [PORT]: until Ctrl-C; all data is gone then.
python -m tests.harness.stack hold | release: the replica applies nothing, or goes on.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import pymysql  # type: ignore[import-untyped,unused-ignore]

from tests.harness.mysql import MySQLPair, start_pair
from tests.harness.mysql_data import PASSWORD, USER
from tests.harness.rabbitmq_program import find_rabbitmq
from tests.harness.rabbitmq_server import RabbitMQServer
from tests.harness.redis_program import find_redis
from tests.harness.redis_server import RedisServer
from tests.harness.server import Server

ROOT = Path(__file__).parents[2]
MAIN = (sys.executable, str(ROOT / "main.py"))
CELERY = (sys.executable, "-m", "celery", "-A", "core.dependencies.messaging.celery", "worker")
# where `hold` finds the replica of the stack that was started in this folder
REPLICA = Path("data/stack-replica")


def serve(port: str = "8000") -> int:
    """Starts all servers, and serves with two processes until a signal."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    redis, rabbitmq = RedisServer(find_redis()), RabbitMQServer(find_rabbitmq())
    with _pair() as pair, _started(redis), _started(rabbitmq):
        environment = os.environ | _settings(pair, redis, rabbitmq)
        subprocess.run([*MAIN, "migrate"], env=environment, check=True)
        serving = (*MAIN, "serve", "--workers", "2", "--port", port)
        with (
            _worker(environment),
            subprocess.Popen(serving, env=environment, start_new_session=True) as server,
        ):
            try:
                return server.wait()
            except KeyboardInterrupt:
                server.send_signal(signal.SIGINT)
                return server.wait()


def hold() -> int:
    """Stops the replica's SQL thread: it receives writes and applies none."""
    return _tell_replica("STOP REPLICA SQL_THREAD")


def release() -> int:
    """Lets the replica apply what it has received."""
    return _tell_replica("START REPLICA SQL_THREAD")


def _tell_replica(statement: str) -> int:
    if not REPLICA.exists():
        print("No stack runs from this folder: start one with `make stack`.", file=sys.stderr)
        return 1
    port = int(REPLICA.read_text())
    with pymysql.connect(host="127.0.0.1", port=port, user=USER, password=PASSWORD) as connection:
        connection.cursor().execute(statement)
    return 0


@contextmanager
def _pair() -> Iterator[MySQLPair]:
    pair = start_pair()
    REPLICA.parent.mkdir(exist_ok=True)
    REPLICA.write_text(str(pair.replicas[0].port))
    try:
        yield pair
    finally:
        REPLICA.unlink()
        pair.discard()


@contextmanager
def _started(server: Server) -> Iterator[None]:
    server.start()
    try:
        yield
    finally:
        server.discard()


@contextmanager
def _worker(environment: dict[str, str]) -> Iterator[None]:
    command = (*CELERY, "-n", "worker1@%h", "--loglevel=info", "--concurrency=2")
    paths = environment | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=paths, start_new_session=True) as worker:
        try:
            yield
        finally:
            worker.terminate()


def _settings(pair: MySQLPair, redis: RedisServer, rabbitmq: RabbitMQServer) -> dict[str, str]:
    return {
        "DATABASE_URL": pair.primary.url("broadsheet"),
        "DATABASE_REPLICA_URL": pair.replicas[0].url("broadsheet"),
        "REDIS_URL": redis.url,
        "CELERY_BROKER_URL": rabbitmq.url,
        "JWT_SECRET": token_hex(32),
    }


COMMANDS: dict[str, Callable[..., int]] = {"serve": serve, "hold": hold, "release": release}

if __name__ == "__main__":
    sys.exit(COMMANDS[sys.argv[1]](*sys.argv[2:]))
