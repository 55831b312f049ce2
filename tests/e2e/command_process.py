"""Runs `python main.py` in a process of its own, without the second that libraries take to load.

It is a copy of an interpreter that has loaded them, but nothing of ours: as good as a fresh one.
"""

import os
import runpy
import subprocess
import sys
import tempfile
from multiprocessing import get_context
from pathlib import Path

from tests.support.server import MAIN

LIBRARIES = [
    "aiomysql",
    "alembic.command",
    "fastapi",
    "jwt",
    "prometheus_client",
    "pwdlib.hashers.argon2",
    "pydantic_settings",
    "redis.asyncio",
    "rich.progress",
    "sqlalchemy.ext.asyncio",
    "sqlmodel",
    "structlog",
    "typer",
    "uvicorn",
    "yaml",
]
_TIMEOUT_SECONDS = 180
_PROCESSES = get_context("forkserver")
_PROCESSES.set_forkserver_preload(LIBRARIES)

Said = subprocess.CompletedProcess[str]


def run_main(folder: Path, arguments: list[str], environment: dict[str, str]) -> Said:
    """Run it to its end, in a folder and with these variables alone."""
    with tempfile.TemporaryDirectory() as outputs:
        out, err = Path(outputs, "out"), Path(outputs, "err")
        process = _PROCESSES.Process(
            target=_become_main, args=(folder, arguments, environment, (out, err))
        )
        process.start()
        process.join(_TIMEOUT_SECONDS)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(arguments, _TIMEOUT_SECONDS)
        return Said(arguments, process.exitcode, out.read_text(), err.read_text())


def _become_main(
    folder: Path, arguments: list[str], environment: dict[str, str], outputs: tuple[Path, Path]
) -> None:
    for stream, path in zip((1, 2), outputs, strict=True):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [MAIN[1], *arguments]
    runpy.run_path(MAIN[1], run_name="__main__")
