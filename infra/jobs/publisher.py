"""The publisher: tells the broker of jobs, from a thread of its own, as a broker may hang."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from queue import Full, Queue
from threading import Thread
from uuid import UUID

from celery import Celery
from kombu.exceptions import KombuError

from infra.jobs.celery_app import TASK
from infra.jobs.queue import RESEND

_WAITING = 100  # batches
_EXPIRY_SECONDS = 60  # for brokers that know no other; longer than clocks differ
_log = logging.getLogger("broadsheet.jobs")


class Publisher:
    """Sends ids; what can't be sent is dropped, and the relay tells of it again."""

    def __init__(self, celery: Celery) -> None:
        self._celery = celery
        # while a broker hangs, the relay tells of the same jobs again and again
        self._waiting: Queue[Sequence[UUID] | None] = Queue(_WAITING)
        # nobody waits for it at the end: a broker that hangs must hold up no server
        self._thread = Thread(target=self._publish_all, name="publisher", daemon=True)
        self._thread.start()

    def send(self, ids: Sequence[UUID]) -> None:
        with suppress(Full):
            self._waiting.put_nowait(ids)

    def close(self) -> None:
        with suppress(Full):
            self._waiting.put_nowait(None)

    def _publish_all(self) -> None:
        while (ids := self._waiting.get()) is not None:
            try:
                self._publish(ids)
            except (KombuError, OSError) as error:
                _log.warning("the broker did not take %d jobs: %r", len(ids), error)
            except Exception:
                # a broker that was wiped, or boots, refuses in words of its own
                _log.exception("the broker did not take %d jobs", len(ids))
        self._celery.close()

    def _publish(self, ids: Sequence[UUID]) -> None:
        with self._celery.producer_pool.acquire(block=True, timeout=5) as producer:
            for job_id in ids:
                self._celery.send_task(
                    TASK,
                    (job_id.hex,),
                    producer=producer,
                    ignore_result=True,
                    retry=False,
                    expires=_EXPIRY_SECONDS,
                    expiration=RESEND.total_seconds(),
                )
