"""The applications, each in a process of its own, on a core that nothing else uses."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psutil

from bench.speed.contestants import BROADSHEET, LIST, SAMPLED, TRACED
from bench.speed.driving import Failed
from tests.harness.collector import collecting
from tests.harness.ports import free_port
from tests.harness.waiting import wait_until

ROOT = Path(__file__).parents[2]
YARDSTICKS = ("raw", "memory", "redis", "with_cashews", "with_aiocache", "core", "insert")
_TIMEOUT_SECONDS = 30
_SHARE = "OTEL_TRACES_SAMPLER_ARG"
# those that this process may use; none where the system keeps nothing to a core
_CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


class Application:
    """An application that serves on a port of this machine."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = psutil.Process(process.pid)
        self.address = f"http://127.0.0.1:{port}"

    @property
    def pid(self) -> int:
        return int(self._process.pid)

    @property
    def cpu_seconds(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)

    @property
    def memory_mib(self) -> float:
        return float(self._process.memory_info().rss / 2**20)


Applications = Mapping[str, Application]


def share_cores() -> bool:
    """Keep this process, and all that it starts, off the last core; False where that can't be."""
    if not _CORES[1:]:
        return False
    os.sched_setaffinity(0, _CORES[:-1])
    return True


@contextmanager
def broadsheet(environment: Mapping[str, str]) -> Iterator[Application]:
    """Serve the blog, with one process."""
    command = (str(ROOT / "main.py"), "serve")
    with _serving(BROADSHEET, command, environment) as application:
        yield application


@contextmanager
def traced(environment: Mapping[str, str]) -> Iterator[dict[str, Application]]:
    """Serve the blog with traces, which a collector takes that does not read them."""
    command = (str(ROOT / "main.py"), "serve")
    with collecting(keeps=False) as collector, ExitStack() as stack:
        variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.address}
        variables["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio"
        shares = {SAMPLED: "0.01", TRACED: "1"}
        yield {
            name: stack.enter_context(
                _serving(name, command, {**environment, **variables, _SHARE: share})
            )
            for name, share in shares.items()
        }


@contextmanager
def yardsticks(environment: Mapping[str, str]) -> Iterator[dict[str, Application]]:
    """Serve what the blog is compared with."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(_yardstick(name, environment)) for name in YARDSTICKS}


@contextmanager
def _yardstick(name: str, environment: Mapping[str, str]) -> Iterator[Application]:
    uvicorn = ("-m", "uvicorn", f"bench.speed.yardsticks:{name}", "--factory", "--no-access-log")
    with _serving(name, uvicorn, environment) as application:
        yield application


@contextmanager
def _serving(
    name: str, command: tuple[str, ...], environment: Mapping[str, str]
) -> Iterator[Application]:
    port = free_port()
    with TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        process = subprocess.Popen(
            (sys.executable, *command, "--port", str(port)),
            cwd=folder,
            env=os.environ | environment | {"PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
        )
        try:
            _move_to_last_core(process.pid)
            application = Application(process, port)
            _wait(name, application, process, Path(log.name))
            yield application
        finally:
            process.terminate()
            process.wait(_TIMEOUT_SECONDS)


def _move_to_last_core(pid: int) -> None:
    if _CORES[1:]:
        os.sched_setaffinity(pid, _CORES[-1:])


def _wait(name: str, application: Application, process: subprocess.Popen[bytes], log: Path) -> None:
    def has_ended() -> bool:
        return process.poll() is not None

    with suppress(TimeoutError):
        wait_until(lambda: _answers(application) or has_ended(), name, _TIMEOUT_SECONDS)
    if has_ended() or not _answers(application):
        raise Failed(f"{name} does not serve:\n{log.read_text()[-3000:]}")


def _answers(application: Application) -> bool:
    try:
        urlopen(application.address + LIST, timeout=5).close()
    except HTTPError:
        return True  # it takes POSTs alone
    except URLError:
        return False
    return True
