"""A MySQL primary and the replicas that follow it."""

from dataclasses import dataclass

from tests.harness.mysql_data import PASSWORD, USER
from tests.harness.mysql_programs import find_mysql
from tests.harness.mysql_server import MySQLServer
from tests.harness.waiting import wait_until

__all__ = ["MySQLPair", "MySQLServer", "Replica", "start_pair"]


class Replica(MySQLServer):
    """A server that follows a primary and is read-only to all but root."""

    _source: MySQLServer | None = None

    def replicate_from(self, source: MySQLServer) -> None:
        """Follows this server from now on, and returns once connected to it."""
        self.execute("STOP REPLICA")
        self.execute(
            f"CHANGE REPLICATION SOURCE TO SOURCE_HOST='{source.host}', "
            f"SOURCE_PORT={source.port}, SOURCE_USER='{USER}', SOURCE_PASSWORD='{PASSWORD}', "
            "SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1, "
            "SOURCE_CONNECT_RETRY=1, SOURCE_RETRY_COUNT=86400"
        )
        self.execute("START REPLICA")
        self._source = source
        wait_until(self._is_connected, f"replication from port {source.port}")

    def stop_applying(self) -> None:
        """Holds it back: it still receives transactions and shows none of them."""
        self.execute("STOP REPLICA SQL_THREAD")

    def start_applying(self) -> None:
        """Lets a replica that was held back go on."""
        self.execute("START REPLICA SQL_THREAD")

    def wait_until_caught_up(self, timeout: float = 10) -> None:
        """Returns once it shows all that its source has committed by now; one SELECT here."""
        if self._source is None:
            raise RuntimeError("this server follows no other")
        position = self._source.gtid_executed()
        [(late,)] = self.execute(f"SELECT WAIT_FOR_EXECUTED_GTID_SET('{position}', {timeout})")
        if late:
            raise TimeoutError(f"replica on port {self.port}: not at {position} in {timeout} s")

    def promote(self) -> None:
        """Promotes it to a primary: it stops replicating and accepts writes."""
        self.execute("STOP REPLICA")
        self.execute("RESET REPLICA ALL")
        self.execute("SET GLOBAL read_only = OFF")
        self._source = None

    def _is_connected(self) -> bool:
        state = "SELECT service_state FROM performance_schema.replication_connection_status"
        return self.execute(state) == [("ON",)]

    def _options(self) -> list[str]:
        # Once promoted, it stays a primary over a restart.
        read_only = "OFF" if self._process and self._source is None else "ON"
        return [*super()._options(), f"--read-only={read_only}", "--relay-log-recovery=ON"]


@dataclass(frozen=True)
class MySQLPair:
    """A primary and the replicas that follow it."""

    primary: MySQLServer
    replicas: list[Replica]

    def discard(self) -> None:
        """Ends all servers and removes their folders."""
        for server in (*self.replicas, self.primary):
            server.discard()


def start_pair(replicas: int = 1) -> MySQLPair:
    """New servers, replicating; whoever starts them discards them."""
    program = find_mysql()
    pair = MySQLPair(MySQLServer(program), [Replica(program) for _ in range(replicas)])
    try:
        _start_together(pair)
    except BaseException:
        pair.discard()
        raise
    return pair


def _start_together(pair: MySQLPair) -> None:
    servers = (pair.primary, *pair.replicas)
    for server in servers:
        server.launch()
    for server in servers:
        server.wait_until_ready()
    for replica in pair.replicas:
        replica.replicate_from(pair.primary)
