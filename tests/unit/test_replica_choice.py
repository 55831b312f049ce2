"""On which server a read runs, where the servers are stand-ins that say what a test wants."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from application.positions import NOWHERE, Position
from infra.database.positions import format_gtids
from infra.database.replicas import Reads, Replica

OLD, NEW = "3e11fa47-71ca-11e1-9e33-c80aa9429562", "4e11fa47-71ca-11e1-9e33-c80aa9429562"
AT_5, AT_6 = Position({NEW: 5}), Position({NEW: 6})
LOST = Position({OLD: 10})
DOWN = OperationalError("SELECT 1", {}, Exception("gone"))


@dataclass
class Server:
    """Stands for an engine: how far it is, what it does when it is waited for."""

    executed: Position = NOWHERE
    catches_up: bool = False
    down: bool = False
    fails_while_waited_for: BaseException | None = None
    waited_for: list[str] = field(default_factory=list)
    open_connections: int = 0

    async def _connect(self) -> "Connection":
        if self.down:
            raise DOWN
        self.open_connections += 1
        return Connection(self)

    def connect(self) -> "Opening":
        return Opening(self)


@dataclass
class Opening:
    """What an engine gives for a connection: it can be awaited or entered."""

    server: Server

    def __await__(self) -> Any:
        return self.server._connect().__await__()

    async def __aenter__(self) -> "Connection":
        self.connection = await self.server._connect()
        return self.connection

    async def __aexit__(self, *_error: object) -> None:
        await self.connection.close()


@dataclass
class Connection:
    """Answers the two questions about positions: one through the pool, one on the bare driver."""

    server: Server

    async def get_raw_connection(self) -> "Connection":
        return self

    @property
    def driver_connection(self) -> "Connection":
        return self

    @asynccontextmanager
    async def cursor(self) -> AsyncIterator["Connection"]:
        yield self

    async def execute(self, statement: str) -> None:
        assert "gtid_executed" in statement

    async def fetchone(self) -> tuple[str]:
        return (format_gtids(self.server.executed),)

    async def scalar(self, statement: object, parameters: dict[str, Any]) -> Any:
        self.server.waited_for.append(parameters["gtids"])
        if self.server.fails_while_waited_for:
            raise self.server.fails_while_waited_for
        return 0 if self.server.catches_up else 1

    async def close(self) -> None:
        self.server.open_connections -= 1


def replica(server: Server, why_not: str | None = None) -> Replica:
    url = make_url("mysql+aiomysql://replica:3307/blog")
    return Replica(url, cast(AsyncEngine, server), why_not=why_not)


def reads(primary: Server, *replicas: Replica) -> Reads:
    return Reads(cast(AsyncEngine, primary), replicas)


@pytest.fixture
def primary() -> Server:
    return Server(executed=AT_6)


@pytest.fixture
def follower() -> Server:
    return Server()


async def test_without_replicas_reads_go_to_the_primary(primary: Server) -> None:
    chosen = reads(primary)
    for position in (NOWHERE, AT_6, None):
        assert (await chosen.open(position)).replica is None
    assert (primary.open_connections, chosen.counts.on_primary) == (3, 3)


async def test_who_has_no_position_waits_for_nothing(primary: Server, follower: Server) -> None:
    of_it = replica(follower)
    chosen = reads(primary, of_it)
    assert (await chosen.open(NOWHERE)).replica is of_it
    assert (follower.waited_for, chosen.counts.waits, chosen.counts.on_replica) == ([], 0, 1)


async def test_a_position_is_waited_for(primary: Server, follower: Server) -> None:
    follower.catches_up = True
    chosen = reads(primary, replica(follower))
    assert (await chosen.open(AT_6)).replica
    assert follower.waited_for == [f"{NEW}:6"]
    assert (chosen.counts.waits, chosen.counts.timeouts, chosen.counts.on_replica) == (1, 0, 1)
    assert primary.open_connections == 0


async def test_after_a_wait_in_vain_the_read_goes_to_the_primary(
    primary: Server, follower: Server
) -> None:
    of_it = replica(follower)
    chosen = reads(primary, of_it)
    assert (await chosen.open(AT_6)).replica is None
    assert (chosen.counts.waits, chosen.counts.timeouts, chosen.counts.on_primary) == (1, 1, 1)
    assert (follower.open_connections, primary.open_connections) == (0, 1)
    # slow is not unwell
    assert of_it.why_not is None


async def test_reads_that_fall_back_are_counted_by_reason(
    primary: Server, follower: Server
) -> None:
    of_it = replica(follower)
    chosen = reads(primary, of_it)
    for position in (None, AT_6):
        await chosen.open(position)
    follower.down = True
    for _ in range(3):
        await chosen.open(NOWHERE)
    by_reason = {"position_unknown": 1, "too_late": 1, "failed": 1, "none_fit": 2}
    assert chosen.counts.fallen_back == by_reason
    assert chosen.counts.on_primary == 5
    # who has no replica falls back from nothing
    await (alone := reads(primary)).open(None)
    assert not any(alone.counts.fallen_back.values())


async def test_who_may_have_written_elsewhere_reads_from_the_primary(
    primary: Server, follower: Server
) -> None:
    assert (await reads(primary, replica(follower)).open(None)).replica is None
    assert follower.open_connections == 0


async def test_a_replica_that_is_left_out_is_not_read(primary: Server, follower: Server) -> None:
    chosen = reads(primary, replica(follower, why_not="It is far behind."))
    assert (await chosen.open(NOWHERE)).replica is None
    assert follower.open_connections == 0


async def test_a_replica_is_not_read_before_it_was_looked_at(primary: Server) -> None:
    unseen = Replica(make_url("mysql+aiomysql://replica/blog"), cast(AsyncEngine, Server()))
    assert unseen.why_not
    assert unseen.name == "replica:3306"
    assert (await reads(primary, unseen).open(NOWHERE)).replica is None


async def test_replicas_take_turns(primary: Server) -> None:
    one, out, two = replica(Server()), replica(Server(), why_not="out"), replica(Server())
    chosen = reads(primary, one, out, two)
    met = [(await chosen.open(NOWHERE)).replica for _ in range(4)]
    assert [route is one for route in met] in ([True, False] * 2, [False, True] * 2)
    assert {id(route) for route in met} == {id(one), id(two)}


async def test_a_replica_that_is_down_is_left_out(primary: Server, follower: Server) -> None:
    follower.down = True
    of_it = replica(follower)
    chosen = reads(primary, of_it)
    assert (await chosen.open(NOWHERE)).replica is None
    assert of_it.why_not == "It can't be reached."
    follower.down = False
    assert (await chosen.open(NOWHERE)).replica is None, "until the watch has looked at it"


async def test_a_replica_that_fails_while_waited_for_is_left_out(
    primary: Server, follower: Server
) -> None:
    follower.fails_while_waited_for = DOWN
    of_it = replica(follower)
    assert (await reads(primary, of_it).open(AT_6)).replica is None
    assert of_it.why_not
    assert follower.open_connections == 0


@pytest.mark.parametrize("given_up", [asyncio.CancelledError(), ZeroDivisionError()])
async def test_a_read_that_is_given_up_while_it_waits_gives_its_connection_back(
    primary: Server, follower: Server, given_up: BaseException
) -> None:
    follower.fails_while_waited_for = given_up
    with pytest.raises(type(given_up)):
        await reads(primary, replica(follower)).open(AT_6)
    assert follower.open_connections == 0


async def test_a_wait_in_vain_with_the_primary_down_gives_its_connection_back(
    primary: Server, follower: Server
) -> None:
    primary.down = True
    with pytest.raises(OperationalError):
        await reads(primary, replica(follower)).open(AT_6)
    assert follower.open_connections == 0


# What a lost primary had committed, its heirs will never reach.


async def test_what_a_lost_primary_committed_is_waited_for_once(
    primary: Server, follower: Server
) -> None:
    primary.executed = Position({OLD: 9, NEW: 6})
    chosen = reads(primary, replica(follower))
    wanted = LOST.joined(AT_5)
    assert (await chosen.open(wanted)).replica is None
    follower.catches_up = True
    assert (await chosen.open(wanted)).replica is not None
    assert follower.waited_for == [f"{OLD}:10,{NEW}:5", f"{NEW}:5"]


async def test_the_rest_of_such_a_position_is_waited_for_still(
    primary: Server, follower: Server
) -> None:
    primary.executed = Position({OLD: 9, NEW: 6})
    chosen = reads(primary, replica(follower))
    await chosen.open(LOST.joined(AT_6))
    for wanted in (LOST.joined(AT_6), Position({OLD: 9})):
        assert (await chosen.open(wanted)).replica is None
    assert follower.waited_for[1:] == [f"{NEW}:6", f"{OLD}:9"]


async def test_what_the_primary_has_is_never_taken_for_lost(
    primary: Server, follower: Server
) -> None:
    chosen = reads(primary, replica(follower))
    for _ in range(2):
        assert (await chosen.open(AT_6)).replica is None
    assert follower.waited_for == [f"{NEW}:6"] * 2


async def test_a_source_that_is_the_primary_again_is_waited_for(
    primary: Server, follower: Server
) -> None:
    primary.executed = Position({OLD: 9})
    chosen = reads(primary, replica(follower))
    await chosen.open(LOST)
    assert (await chosen.open(LOST)).replica is not None
    # it commits anew, and the watch has seen it
    primary.executed = chosen.primary_position = Position({OLD: 10})
    assert (await chosen.open(LOST)).replica is None
    assert follower.waited_for == [f"{OLD}:10"] * 2
