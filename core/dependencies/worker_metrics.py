"""The metrics of a worker, which its processes share, and the probes of its state."""

from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from typing import Any

from billiard import active_children
from billiard.process import current_process

from core.dependencies.container import Container
from core.dependencies.telemetry import (
    PROMETHEUS_TEXT,
    count_as,
    forget_all_but,
    forget_process,
    numbers_shared,
)
from core.dependencies.worker import Worker
from core.errors import WrongSetting
from infra.telemetry.worker_port import Answer, WorkerPort

_RELAY, _FIRST = 0, 1  # numbers of processes; those of a pool begin with the latter
_ANSWER_SECONDS = 5.0
_SILENT = Answer(503, "text/plain", b"The worker does not answer.\n")


class WorkerMetrics:
    """Serves them where an address is given; without one it does nothing."""

    def __init__(self, address: tuple[str, int] | None, relay: Worker) -> None:
        self._address = address
        self._relay = relay
        self._sharing = ExitStack()
        self._port: WorkerPort | None = None

    def share(self) -> None:
        """Let this process and those that it forks share their numbers."""
        if self._address:
            self._sharing.enter_context(numbers_shared())
            count_as(_RELAY)

    def serve(self) -> None:
        """Answer from now on; raises WrongSetting where that address is taken."""
        if self._address is None:
            return
        answers = {"/metrics": self._metrics, "/ready": self._ready, "/healthz": self._alive}
        try:
            self._port = WorkerPort(self._address, answers)
        except OSError as error:
            text = f"WORKER_METRICS_PORT: {self._address[1]}: {error.strerror}"
            raise WrongSetting(f"{text}: give each worker of a machine another one") from error
        self._port.start()

    def leave_port(self) -> None:
        """Leave the port to the worker's first process; called in one of its pool."""
        if self._port:
            self._port.leave()

    def take_place(self) -> None:
        """Drop the gauges of the process whose place in the pool this one takes."""
        if self._address:
            forget_process(_number_of(current_process()))

    def count_apart(self) -> None:
        """Count what is made from now on apart from the relay."""
        if self._address:
            count_as(_number_of(current_process()))

    def close(self) -> None:
        """Answer no longer, and remove the numbers."""
        if self._port:
            self._port.close()
        self._sharing.close()

    def _metrics(self) -> Answer:
        pool = {_number_of(process) for process in active_children()}
        forget_all_but({_RELAY, *(pool or {_FIRST})})
        return self._asked(_metrics_of)

    def _ready(self) -> Answer:
        return self._asked(_readiness_of)

    def _alive(self) -> Answer:
        return self._asked(_life_of)

    def _asked(self, question: Callable[[Container], Coroutine[Any, Any, Answer]]) -> Answer:
        try:
            return self._relay.ask(question, _ANSWER_SECONDS)
        except TimeoutError:
            return _SILENT


def _number_of(process: Any) -> int:
    # without a pool of processes, jobs run in the first one, which has no place in a pool
    return _FIRST + int(getattr(process, "index", 0))


async def _metrics_of(container: Container) -> Answer:
    return Answer(200, PROMETHEUS_TEXT, container.telemetry.text())


async def _readiness_of(container: Container) -> Answer:
    readiness = (await container.readiness()).of_worker()
    status = 200 if readiness.status == "ready" else 503
    return Answer(status, "application/json", readiness.model_dump_json().encode())


async def _life_of(_container: Container) -> Answer:
    return Answer(200, "application/json", b'{"status":"alive"}')
