"""The publisher: tells the broker of jobs, from a thread of its own, as a broker may hang."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Event, Thread
from uuid import UUID

from celery import Celery
from kombu.exceptions import KombuError

from infra.jobs.broker_link import BrokerLink
from infra.jobs.counts import JobCounts

_WAITING = 100  # batches
_PERIOD_SECONDS = 5.0  # of probes; less than what a firewall remembers
_DOWN_PERIOD_SECONDS = 1.0
_log = logging.getLogger("broadsheet.jobs")


class Publisher:
    """Sends ids; what can't be sent is dropped, and a relay that gets through tells of it again."""

    def __init__(self, celery: Celery, counts: JobCounts) -> None:
        self._link = BrokerLink(celery)
        self._counts = counts
        self._waiting: Queue[Sequence[UUID]] = Queue(_WAITING)
        self._is_closed = Event()
        # nobody waits for it at the end: a broker that hangs must hold up no server
        self._thread = Thread(target=self._publish_all, name="publisher", daemon=True)
        self._thread.start()

    @property
    def gets_through(self) -> bool:
        return not self._counts.publisher_is_down

    def send(self, ids: Sequence[UUID]) -> None:
        with suppress(Full):
            self._waiting.put_nowait(ids)

    def close(self) -> None:
        self._is_closed.set()
        self.send(())

    def _publish_all(self) -> None:
        ids: Sequence[UUID] = ()
        while not self._is_closed.is_set():
            self._note(is_down=not self._publishes(ids))
            ids = self._next()
        self._link.drop()

    def _next(self) -> Sequence[UUID]:
        """Give a batch; an empty one where there was none for a while."""
        period = _PERIOD_SECONDS if self.gets_through else _DOWN_PERIOD_SECONDS
        with suppress(Empty):
            return self._waiting.get(timeout=period)
        return ()

    def _publishes(self, ids: Sequence[UUID]) -> bool:
        try:
            if ids:
                self._link.publish(ids)
            else:
                self._link.probe()
        except (KombuError, OSError) as error:
            self._give_up(len(ids), repr(error))
        except Exception:
            # a broker that was wiped, or boots, refuses in words of its own
            _log.exception("the broker refused")
            self._give_up(len(ids), "see above")
        else:
            return True
        return False

    def _give_up(self, count: int, why: str) -> None:
        self._link.drop()
        # their time is over before the broker is back
        while not self._waiting.empty():
            count += len(self._waiting.get())
        if count or self.gets_through:
            _log.warning("the broker did not take %d jobs: %s", count, why)

    def _note(self, *, is_down: bool) -> None:
        if self._counts.publisher_is_down and not is_down:
            _log.info("the broker takes jobs again")
        self._counts.publisher_is_down = is_down
