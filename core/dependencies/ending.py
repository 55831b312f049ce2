"""The end of a worker, even where its job, the broker or a database hangs."""

import logging
import os
import signal
from contextlib import suppress
from threading import Timer

from billiard import active_children, pool

_RECEIPT_TRIES = 10  # at intervals of 0.1 s
_log = logging.getLogger("broadsheet")


def end_unread() -> None:
    """Let this pool process end after a second, even where nobody reads its last results."""
    # Celery, when it stops, forgets the messages that no process has begun, and does not read what
    # comes of them; the process would wait for that for 30 s. The table `job` has all outcomes.
    pool.GUARANTEE_MESSAGE_CONSUMPTION_RETRY_LIMIT = _RECEIPT_TRIES


def end_within(seconds: float) -> None:
    """Kill this process and its children after these seconds, unless it has ended."""
    timer = Timer(seconds, _kill_all, (seconds,))
    timer.daemon = True
    timer.start()


def _kill_all(seconds: float) -> None:
    _log.error("the worker did not end within %g s, and is killed: another does its jobs", seconds)
    for child in active_children():
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
    os._exit(1)
