"""On what a run was measured."""

import platform
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import psutil

from tests.harness.mysql_programs import find_mysql
from tests.harness.redis_program import find_redis

_PROCESSORS = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class Machine:
    """A machine, what ran on it, and for how long."""

    date: str
    processor: str
    cores: int
    system: str
    python: str
    fastapi: str
    uvicorn: str
    mysql: str
    redis: str
    rounds: int
    seconds: int


def this_machine(rounds: int, seconds: int) -> Machine:
    return Machine(
        date=date.today().isoformat(),
        processor=_processor(),
        cores=psutil.cpu_count() or 1,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        fastapi=version("fastapi"),
        uvicorn=version("uvicorn"),
        mysql=f"MySQL {find_mysql().version}",
        redis=f"Redis {find_redis().version}",
        rounds=rounds,
        seconds=seconds,
    )


def _processor() -> str:
    if not _PROCESSORS.exists():
        return platform.processor()
    lines = _PROCESSORS.read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
