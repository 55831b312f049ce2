"""A worker process: a container on an event loop, in a thread."""

import asyncio
from collections.abc import Callable, Coroutine
from threading import Lock, Thread
from typing import Any, TypeVar
from uuid import UUID

from core.dependencies.container import Container
from infra.jobs.runner import Runner

T = TypeVar("T")


class LoopThread:
    """An event loop that runs in a thread until it is closed."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="loop", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], seconds: float | None = None) -> T:
        """Run a coroutine on the loop, and wait for its result; called by another thread. Cancels
        it and raises TimeoutError where it takes longer than these seconds."""
        running = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return running.result(seconds)
        except TimeoutError:
            running.cancel()
            raise

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Worker:
    """Runs or relays jobs; its parts are made at the first of them, after Celery has forked."""

    def __init__(self, new_container: Callable[[], Container]) -> None:
        self._new_container = new_container
        self._lock = Lock()
        self._loop: LoopThread | None = None
        self._container: Container | None = None
        self._runner: Runner | None = None

    def do(self, job_id: UUID) -> None:
        """Run a job; raises StartRefused where the schema differs."""
        with self._lock:
            if self._runner is None:
                self._runner = self._made(Container.start_worker)
        loop, runner = self._loop, self._runner
        if loop:
            loop.run(runner.run(job_id))

    def relay(self) -> None:
        """Start to send due jobs to workers."""
        self._made(Container.start_relay)

    def ask(self, question: Callable[[Container], Coroutine[Any, Any, T]], seconds: float) -> T:
        """Ask its container; raises TimeoutError where it does not answer in time, or is not
        started."""
        loop, container = self._loop, self._container
        if loop is None or container is None:
            raise TimeoutError("It is not started.")
        return loop.run(question(container), seconds)

    def close(self) -> None:
        """Stop what was started."""
        if self._loop and self._container:
            self._loop.run(self._container.stop())
            self._loop.close()
            self._loop = self._container = self._runner = None

    def _made(self, start: Callable[[Container], Coroutine[Any, Any, T]]) -> T:
        self._loop, self._container = LoopThread(), self._new_container()
        try:
            return self._loop.run(start(self._container))
        except BaseException:
            self.close()
            raise
