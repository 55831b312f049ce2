"""A change of JWT_SECRET, one server after the other, by the steps of docs/production.md."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle, product
from pathlib import Path

import pytest
import pytest_asyncio
from httpx import Client, Response

from tests.harness.mysql import MySQLPair
from tests.harness.redis_server import RedisServer
from tests.support.databases import migrated
from tests.support.server import serving
from tests.support.settings import environment_of

OLD, NEW = "o" * 64, "n" * 64
STEPS = (f"{OLD},{NEW}", f"{NEW},{OLD}", NEW)
ANN = {"username": "ann", "email": "ann@x.org", "password": "hot off the press"}
READS = 11  # with each token, through each server, at each address, after each start
ADDRESSES = ("/users/me", "/posts")


@pytest_asyncio.fixture
async def environment(mysql_pair: MySQLPair, redis: RedisServer) -> dict[str, str]:
    return environment_of(await migrated(mysql_pair, redis))


class Servers:
    """Two servers, each of which can be started again with another secret."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder, self._environment = folder, environment
        self._running = [ExitStack(), ExitStack()]
        self.clients: list[Client] = []
        for at in range(2):
            (folder / str(at)).mkdir()
            self.clients.append(self._started(at, OLD))

    def restart(self, at: int, secret: str) -> None:
        self._running[at].close()
        self.clients[at] = self._started(at, secret)

    def close(self) -> None:
        for running in self._running:
            running.close()

    def _started(self, at: int, secret: str) -> Client:
        environment = self._environment | {"JWT_SECRET": secret}
        server = self._running[at].enter_context(serving(self._folder / str(at), **environment))
        client = Client(base_url=f"{server.address}/api/v1")
        return self._running[at].enter_context(client)


class Caller:
    """A caller who reads through both servers, and writes through either in turn."""

    def __init__(self, servers: Servers) -> None:
        self.statuses: Counter[int] = Counter()
        self._servers = servers
        self._turns = cycle(range(2))
        self._headers: dict[str, str] = {}
        self._take(self._post("/auth/register", ANN))

    def go_on(self) -> None:
        """Read with the tokens from before the last start, then with new ones."""
        self._read()
        self._take(self._post("/auth/refresh", {"refresh_token": self._refresh_token}))
        answer = self._post("/posts", {"title": "Still here", "body": "b"})
        self._headers["Consistency-Token"] = answer.headers["Consistency-Token"]
        self._read()

    def _take(self, answer: Response) -> None:
        self._refresh_token = answer.json()["refresh_token"]
        self._headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def _read(self) -> None:
        for client, address, _ in product(self._servers.clients, ADDRESSES, range(READS)):
            self.statuses[client.get(address, headers=self._headers).status_code] += 1

    def _post(self, address: str, body: dict[str, str]) -> Response:
        client = self._servers.clients[next(self._turns)]
        return client.post(address, json=body, headers=self._headers).raise_for_status()


@pytest.fixture
def servers(tmp_path: Path, environment: dict[str, str]) -> Iterator[Servers]:
    servers = Servers(tmp_path, environment)
    yield servers
    servers.close()


def test_nobody_is_refused_while_the_secret_changes(servers: Servers) -> None:
    caller = Caller(servers)
    for secret, at in product(STEPS, range(2)):
        servers.restart(at, secret)
        caller.go_on()
    assert caller.statuses.keys() == {200}, caller.statuses
    assert caller.statuses.total() >= 500
