"""One MySQL server of our own, in a temporary folder."""

import shutil
from collections import Counter
from itertools import count
from typing import Any

import pymysql  # type: ignore[import-untyped,unused-ignore]

from tests.harness.mysql_data import PASSWORD, USER, initial_data
from tests.harness.mysql_programs import MySQLProgram
from tests.harness.server import SECONDS_TO_ANSWER, Server
from tests.harness.server_process import ServerProcess

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
# Half of the data: redo logs that nothing stands in yet, which the server makes anew.
SPARE = shutil.ignore_patterns("#ib_redo*_tmp")
server_ids = count(1)


class MySQLServer(Server):
    """One mysqld on 127.0.0.1, with the user root and the password test."""

    def __init__(self, program: MySQLProgram) -> None:
        super().__init__("MySQL")
        self._program = program
        self._id = next(server_ids)
        shutil.copytree(initial_data(program), self.folder / "data", ignore=SPARE)

    def answers(self) -> bool:
        """Whether it takes a statement."""
        try:
            self._execute(("SELECT 1",), patience=1)
        except pymysql.OperationalError:
            return False
        return True

    def url(self, database: str) -> str:
        """The address of a database, for SQLAlchemy with aiomysql."""
        return f"mysql+aiomysql://{USER}:{PASSWORD}@{self.host}:{self.port}/{database}"

    def execute(self, *statements: str) -> list[tuple[Any, ...]]:
        """Runs statements, each committed at once, and gives the rows of the last."""
        return self._execute(statements, SECONDS_TO_ANSWER)

    def statement_counts(self) -> Counter[str]:
        """How often each kind of statement ran since the start: {"select": 3, "commit": 1, …}."""
        rows = self.execute(r"SHOW GLOBAL STATUS LIKE 'Com\_%'")
        return Counter({name.removeprefix("Com_"): int(value) for name, value in rows})

    def gtid_executed(self) -> str:
        """The transactions it has applied; asking is not counted as a select."""
        [(_, value)] = self.execute("SHOW GLOBAL VARIABLES LIKE 'gtid_executed'")
        return str(value).replace("\n", "")

    def _new_process(self) -> ServerProcess:
        command = self._program.command(*self._options())
        return ServerProcess(command, self.folder / "log", self.folder / "pid")

    def _execute(self, statements: tuple[str, ...], patience: float) -> list[tuple[Any, ...]]:
        connection = pymysql.connect(
            host=self.host,
            port=self.port,
            user=USER,
            password=PASSWORD,
            autocommit=True,
            # Looking through the machine's certificates takes ten times as long as all the rest.
            ssl_disabled=True,
            read_timeout=patience,
        )
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
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
