"""The publisher: sends the ids of jobs to the broker, in a thread, as a broker may hang."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, Full, Queue
from threading import Event, Thread
from time import monotonic
from uuid import UUID

from celery import Celery
from kombu.exceptions import KombuError

from infra.jobs.broker_link import BrokerLink
from infra.jobs.counts import JobCounts
from infra.jobs.queue import RESEND

_WAITING = 100  # batches
_PERIOD_SECONDS = 5.0  # between probes; less than the idle timeout of firewalls
_DOWN_PERIOD_SECONDS = 1.0
_log = logging.getLogger("broadsheet.jobs")


@dataclass(frozen=True, slots=True)
class Batch:
    """Jobs that were sent together, and the time until which they are not sent again."""

    ids: Sequence[UUID] = ()
    until: float = field(default_factory=lambda: monotonic() + RESEND.total_seconds())


class Publisher:
    """Sends ids; drops those that can't be sent, which a relay resends later."""

    def __init__(self, celery: Celery, counts: JobCounts) -> None:
        self._link = BrokerLink(celery)
        self._counts = counts
        self._waiting: Queue[Batch] = Queue(_WAITING)
        self._is_closed = Event()
        # a daemon: a broker that hangs must not delay the end of the server
        self._thread = Thread(target=self._publish_all, name="publisher", daemon=True)
        self._thread.start()

    @property
    def is_available(self) -> bool:
        return not self._counts.publisher_is_down

    def send(self, ids: Sequence[UUID]) -> None:
        with suppress(Full):
            self._waiting.put_nowait(Batch(ids))

    def close(self) -> None:
        self._is_closed.set()
        self.send(())

    def _publish_all(self) -> None:
        batch = Batch()
        while not self._is_closed.is_set():
            self._note(is_down=not self._publishes(batch))
            batch = self._next()
        self._link.drop()

    def _next(self) -> Batch:
        """Return the next batch, or an empty one if none arrives within the probe period."""
        period = _PERIOD_SECONDS if self.is_available else _DOWN_PERIOD_SECONDS
        with suppress(Empty):
            return self._waiting.get(timeout=period)
        return Batch()

    def _publishes(self, batch: Batch) -> bool:
        try:
            if batch.ids:
                self._link.publish(batch.ids, batch.until)
            else:
                self._link.probe()
        except (KombuError, OSError) as error:
            self._give_up(len(batch.ids), repr(error))
        except Exception:
            # a broker that was reset or is starting refuses with errors of many kinds
            _log.exception("the broker refused")
            self._give_up(len(batch.ids), "see above")
        else:
            return True
        return False

    def _give_up(self, count: int, why: str) -> None:
        self._link.drop()
        # dropped: a relay sends these jobs again after RESEND
        while not self._waiting.empty():
            count += len(self._waiting.get().ids)
        if count or self.is_available:
            _log.warning("the broker did not take %d jobs: %s", count, why)

    def _note(self, *, is_down: bool) -> None:
        if self._counts.publisher_is_down and not is_down:
            _log.info("the broker takes jobs again")
        self._counts.publisher_is_down = is_down
