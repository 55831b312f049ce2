"""One MySQL server of our own, in a temporary folder."""

import atexit
import shutil
import tempfile
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

import pymysql  # type: ignore[import-untyped,unused-ignore]

from tests.harness.mysql_data import PASSWORD, USER, initial_data
from tests.harness.mysql_programs import MySQLProgram
from tests.harness.ports import free_port
from tests.harness.server_process import ServerProcess
from tests.harness.waiting import wait_until

SECONDS_TO_START = 60
# So that a test that left a server frozen fails instead of hanging.
SECONDS_TO_ANSWER = 60
SMALL_AND_FAST = (
    "--innodb-buffer-pool-size=64M",
    "--loose-innodb-redo-log-capacity=32M",
    "--performance-schema=OFF",
    # Where it runs, a primary with replicas takes 9 s to stop instead of 3.
    "--event-scheduler=OFF",
    # Safe against a killed server, not against a power failure.
    "--sync-binlog=0",
    "--innodb-flush-log-at-trx-commit=2",
)
REPLICATING = ("--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--log-bin=binlog")
server_ids = count(1)


class ServerDidNotStart(Exception):
    """A server ended instead of starting; the text is the end of its log."""


class MySQLServer:
    """One mysqld on 127.0.0.1, with the user root and the password test."""

    host = "127.0.0.1"

    def __init__(self, program: MySQLProgram) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="broadsheet-mysql-"))
        self._program = program
        self._id = next(server_ids)
        self._process: ServerProcess | None = None
        atexit.register(self.discard)
        shutil.copytree(initial_data(program), self.folder / "data")

    def launch(self) -> None:
        """Starts it without waiting until it answers."""
        command = self._program.command(*self._options())
        self._process = ServerProcess(command, self.folder / "log", self.folder / "pid")

    def wait_until_ready(self) -> None:
        """Returns once it answers; ServerDidNotStart with its log where it ended instead."""
        wait_until(self._has_started, f"MySQL on port {self.port}", SECONDS_TO_START)

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self.launch()
        self.wait_until_ready()

    def stop(self) -> None:
        """Shuts it down in good order."""
        self._running.stop()

    def kill(self) -> None:
        """Ends it at once, as a crash would."""
        self._running.kill()

    def restart(self) -> None:
        """Starts it again, after stopping it if it runs: same data, same port."""
        self.stop()
        self.start()

    def pause(self) -> None:
        """Freezes it: connections stay open and get no answer."""
        self._running.pause()

    def resume(self) -> None:
        """Lets a frozen server go on."""
        self._running.resume()

    def discard(self) -> None:
        """Ends it and removes its folder."""
        if self._process:
            self._process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.discard)

    def answers(self) -> bool:
        """Whether it takes a statement."""
        try:
            self._execute("SELECT 1", patience=1)
        except pymysql.OperationalError:
            return False
        return True

    def url(self, database: str) -> str:
        """The address of a database, for SQLAlchemy with aiomysql."""
        return f"mysql+aiomysql://{USER}:{PASSWORD}@{self.host}:{self.port}/{database}"

    def execute(self, sql: str) -> list[tuple[Any, ...]]:
        """Runs one statement, committed at once, and gives its rows."""
        return self._execute(sql, SECONDS_TO_ANSWER)

    def statement_counts(self) -> Counter[str]:
        """How often each kind of statement ran since the start: {"select": 3, "commit": 1, …}."""
        rows = self.execute(r"SHOW GLOBAL STATUS LIKE 'Com\_%'")
        return Counter({name.removeprefix("Com_"): int(value) for name, value in rows})

    def gtid_executed(self) -> str:
        """The transactions it has applied; asking is not counted as a select."""
        [(_, value)] = self.execute("SHOW GLOBAL VARIABLES LIKE 'gtid_executed'")
        return str(value).replace("\n", "")

    @property
    def _running(self) -> ServerProcess:
        if self._process is None:
            raise RuntimeError("this server was not started")
        return self._process

    def _execute(self, sql: str, patience: float) -> list[tuple[Any, ...]]:
        connection = pymysql.connect(
            host=self.host,
            port=self.port,
            user=USER,
            password=PASSWORD,
            autocommit=True,
            read_timeout=patience,
        )
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def _options(self) -> list[str]:
        return [
            f"--datadir={self.folder / 'data'}",
            f"--socket={self.folder / 'socket'}",
            f"--pid-file={self.folder / 'pid'}",
            f"--bind-address={self.host}",
            f"--port={self.port}",
            f"--server-id={self._id}",
            "--skip-name-resolve",
            *REPLICATING,
            *SMALL_AND_FAST,
        ]

    def _has_started(self) -> bool:
        if not self._running.is_running():
            raise ServerDidNotStart(self._running.log_tail())
        return self.answers()
