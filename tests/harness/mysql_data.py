"""The data a new MySQL server starts from: initialised once, then copied."""

import shutil
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from tests.harness.mysql_programs import MySQLProgram, find_mysql
from tests.harness.servers_folder import ServersUnavailable, kept_folder

USER, PASSWORD = "root", "test"
# The root that mysqld makes is reachable by socket only, as names are not resolved.
ROOT_BY_TCP = f"""\
CREATE USER {USER}@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';
GRANT ALL ON *.* TO {USER}@'127.0.0.1' WITH GRANT OPTION;
"""


def ready_mysql() -> MySQLProgram:
    """How to run MySQL here, with the data of a new server; ServersUnavailable without."""
    program = find_mysql()
    initial_data(program)
    return program


def initial_data(program: MySQLProgram) -> Path:
    """A data folder with nothing in it but the user who may do everything."""
    return kept_folder(f"mysql-data-{program.version}", partial(_initialise, program))


def _initialise(program: MySQLProgram, data: Path) -> None:
    print(f"MySQL: initialising the data of {program.version}, once", flush=True)
    # In a temporary folder, as AppArmor and containers may keep mysqld out of the project's.
    with tempfile.TemporaryDirectory(prefix="broadsheet-mysql-") as folder:
        fresh = Path(folder, "data")
        _run_mysqld_once(program, fresh)
        # With its uuid every copy would take itself for the same server, and not replicate.
        (fresh / "auto.cnf").unlink()
        shutil.copytree(fresh, data, dirs_exist_ok=True)


def _run_mysqld_once(program: MySQLProgram, data: Path) -> None:
    statements = data.with_name("init.sql")
    statements.write_text(ROOT_BY_TCP)
    options = ["--initialize-insecure", f"--datadir={data}", f"--init-file={statements}"]
    finished = subprocess.run(
        program.command(*options), capture_output=True, text=True, check=False
    )
    if finished.returncode:
        raise ServersUnavailable(f"mysqld --initialize failed: {finished.stderr[-300:]!r}")
