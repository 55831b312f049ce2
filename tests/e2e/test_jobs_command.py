"""The commands on jobs, beside a server and without one."""

import json
import os
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from domain.ids import new_id
from tests.e2e.command_here import CommandHere
from tests.support.server import ENVIRONMENT, MAIN

ERROR = "ValueError: [what] was wrong\nand more"
INSERTED = """
INSERT INTO job (id, tenant, kind, payload, state, attempts, max_attempts, run_at, total, error,
                 created_at)
VALUES (?, ?, ?, '{}', ?, 5, 5, '2026-01-02 03:04:05.000000', 3, ?, '2026-01-02 03:04:05.000000')
"""


@pytest.fixture
def line(tmp_path: Path) -> CommandHere:
    here = CommandHere(tmp_path)
    here.run("migrate")
    return here


def a_job(line: CommandHere, state: str, kind: str = "bulk_posts", tenant: str = "") -> UUID:
    """Store a job as it stands after five attempts."""
    job_id, of = new_id(), UUID(tenant or "0" * 32)
    with closing(sqlite3.connect(line.folder / "data" / "broadsheet.db")) as database:
        database.execute(INSERTED, (job_id.bytes, of.bytes, kind, state, ERROR))
        database.commit()
    return job_id


def state_of(line: CommandHere, job_id: UUID) -> str:
    job: dict[str, str] = json.loads(line.said("jobs", "show", job_id)[1])
    return job["state"]


def test_a_list_is_of_what_was_asked_for(line: CommandHere) -> None:
    dead, mails, done = (
        a_job(line, "dead"),
        a_job(line, "dead", kind="mails"),
        a_job(line, "succeeded"),
    )
    for options, listed in (
        ((), [done, mails, dead]),
        (("--state", "dead"), [mails, dead]),
        (("--kind", "bulk_posts"), [done, dead]),
        (("--state", "dead", "--kind", "mails"), [mails]),
    ):
        code, out, err = line.said("jobs", "list", *options)
        rows = [row.split() for row in out.splitlines()[1:]]
        assert (code, err, [row[0] for row in rows]) == (0, "", [str(each) for each in listed])
    [row] = line.said("jobs", "list", "--kind", "mails")[1].splitlines()[1:]
    said = "mails dead 5 0/3 2026-01-02 03:04:05 ValueError: [what] was wrong"
    assert " ".join(row.split()[1:]) == said
    code, out, err = line.said("jobs", "list", "--limit", "1")
    assert (out.count("\n"), err) == (2, "2 more.\n")


def test_a_dead_job_is_shown_replayed_and_discarded(line: CommandHere) -> None:
    job_id = a_job(line, "dead")
    shown = json.loads(line.said("jobs", "show", job_id)[1])
    assert (shown["id"], shown["attempts"], shown["error"]) == (str(job_id), 5, ERROR)
    assert line.said("jobs", "replay", job_id) == (0, "The job is queued now.\n", "")
    refused = "A job that is queued cannot be discarded.\n"
    assert line.said("jobs", "discard", job_id) == (1, "", refused)
    other = a_job(line, "dead")
    assert line.said("jobs", "discard", other) == (0, "The job is discarded now.\n", "")
    assert (state_of(line, job_id), state_of(line, other)) == ("queued", "discarded")


def test_what_is_not_there_is_one_line(line: CommandHere) -> None:
    in_other_tenant = a_job(line, "dead", tenant=line.said("tenants", "create", "Ada's")[1].strip())
    for job_id in (new_id(), in_other_tenant):
        for command in ("show", "replay", "discard"):
            assert line.said("jobs", command, job_id) == (1, "", "There is no such job.\n")
    assert line.said("jobs", "replay", in_other_tenant, "--tenant", "Ada's")[0] == 0
    assert line.said("jobs", "watch", "--tenant", "Bob") == (1, "", "There is no such tenant.\n")
    assert line.said("jobs", "show", "nonsense")[0] == 2


def test_watch_shows_what_changes_until_ctrl_c(line: CommandHere) -> None:
    running = a_job(line, "running")
    ours, theirs = os.openpty()
    command = [*MAIN, "jobs", "watch"]
    environment = ENVIRONMENT | {"COLUMNS": "150", "TERM": "xterm"}
    with subprocess.Popen(command, cwd=line.folder, env=environment, stdout=theirs) as watching:
        os.close(theirs)
        read_until(ours, str(running))
        a_job(line, "dead", kind="mails")
        read_until(ours, "mails")
        watching.send_signal(signal.SIGINT)
        assert watching.wait(30) == 0
    os.close(ours)


def read_until(terminal: int, expected: str) -> None:
    """Read what a terminal shows; fails where the program ends."""
    shown = ""
    while expected not in shown:
        shown += os.read(terminal, 65536).decode()
