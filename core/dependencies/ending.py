"""The end of a worker, whatever hangs: its job, the broker or a database."""

import logging
import os
import signal
from contextlib import suppress
from threading import Timer

from billiard import active_children

_log = logging.getLogger("broadsheet")


def end_within(seconds: float) -> None:
    """Kill this process and its children, unless it has ended by then."""
    timer = Timer(seconds, _kill_all, (seconds,))
    timer.daemon = True
    timer.start()


def _kill_all(seconds: float) -> None:
    _log.error("the worker did not end within %g s, and is killed: another does its jobs", seconds)
    for child in active_children():
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
    os._exit(1)
