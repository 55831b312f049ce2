"""The harness gives real Redis servers that die, hang, fill up and come back."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from redis import Redis, exceptions
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.harness.redis_server import RedisServer
from tests.harness.server import ServerDidNotStart

NewRedis = Callable[..., RedisServer]


@pytest.fixture
def server(new_redis: NewRedis) -> RedisServer:
    return new_redis()


@pytest.fixture
def client(server: RedisServer) -> Iterator[Redis]:
    with closing(client_of(server.url)) as client:
        yield client


def client_of(url: str) -> Redis:
    retry = Retry(NoBackoff(), 0)
    return Redis.from_url(url, socket_timeout=0.2, retry=retry, decode_responses=True)


def test_the_shared_one_takes_commands(redis: RedisServer) -> None:
    with closing(client_of(redis.url)) as client:
        client.set("harness:shared", "1")
        assert client.info("server")["process_id"] == redis.pid
        assert redis.execute("GETDEL", "harness:shared") == "1"


def test_a_stopped_one_starts_again_on_its_port_without_its_keys(
    server: RedisServer, client: Redis
) -> None:
    client.set("a", "1")
    server.stop()
    with pytest.raises(exceptions.ConnectionError):
        client.ping()
    server.start()
    assert client.keys() == []


def test_a_killed_one_begins_from_the_snapshot(server: RedisServer, client: Redis) -> None:
    client.set("before", "1")
    server.save()
    client.set("after", "1")
    server.kill()
    with pytest.raises(exceptions.ConnectionError):
        client.ping()
    server.start()
    assert client.keys() == ["before"]


def test_a_suspended_one_answers_once_it_is_resumed(server: RedisServer, client: Redis) -> None:
    client.set("a", "1")
    server.suspend()
    with pytest.raises(exceptions.TimeoutError):
        client.get("a")
    server.resume()
    assert client.get("a") == "1"


def test_a_flushed_one_is_empty(server: RedisServer, client: Redis) -> None:
    client.set("a", "1")
    server.flush()
    assert client.keys() == []


def fill(server: RedisServer) -> int:
    with closing(client_of(server.url)) as client:
        for number in range(40):
            client.set(str(number), "x" * 100_000)
        return client.dbsize()


def test_a_full_one_refuses_writes(new_redis: NewRedis) -> None:
    with pytest.raises(exceptions.OutOfMemoryError):
        fill(new_redis(maxmemory="3mb"))


def test_a_full_one_drops_keys_where_its_policy_says_so(new_redis: NewRedis) -> None:
    assert 0 < fill(new_redis(maxmemory="3mb", policy="allkeys-lru")) < 40


def test_one_with_a_user_refuses_everyone_else(new_redis: NewRedis) -> None:
    server = new_redis(user="ann", password="secret")
    with closing(client_of(server.url)) as client:
        assert client.acl_whoami() == "ann"
    with (
        closing(client_of(f"redis://{server.host}:{server.port}")) as stranger,
        pytest.raises(exceptions.AuthenticationError),
    ):
        stranger.ping()


def test_one_that_does_not_start_says_why(new_redis: NewRedis) -> None:
    with pytest.raises(ServerDidNotStart, match="argument must be a memory value"):
        new_redis(maxmemory="nonsense")


def test_a_discarded_one_leaves_no_folder(server: RedisServer) -> None:
    server.discard()
    assert not server.folder.exists()
