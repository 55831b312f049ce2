"""Waits for a condition, never for a time."""

import time
from collections.abc import Callable

INTERVAL = 0.02


def wait_until(condition: Callable[[], bool], what: str, timeout: float = 60) -> None:
    """Returns once the condition holds; TimeoutError naming it after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {timeout} s")
        time.sleep(INTERVAL)
