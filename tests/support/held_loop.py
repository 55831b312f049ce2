"""How long one step of an event loop takes, during which the process does nothing else."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import thread_time
from typing import Any


@dataclass
class LongestStep:
    """The longest step so far, in seconds of the processor."""

    seconds: float = 0.0


@contextmanager
def longest_step() -> Iterator[LongestStep]:
    """Measure all steps of the loop in a block: what other processes take does not count, nor
    the time of the garbage collector, which depends on the objects of all tests."""
    run, longest = asyncio.Handle._run, LongestStep()

    def run_and_measure(handle: Any) -> None:
        began = thread_time()
        run(handle)
        longest.seconds = max(longest.seconds, thread_time() - began)

    asyncio.Handle._run = run_and_measure  # type: ignore[method-assign, assignment]
    gc.disable()
    try:
        yield longest
    finally:
        gc.enable()
        asyncio.Handle._run = run  # type: ignore[method-assign]
