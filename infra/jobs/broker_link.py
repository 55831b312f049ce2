"""A connection to the broker on which every wait has an end."""

from collections.abc import Sequence
from time import monotonic
from uuid import UUID

from celery import Celery
from kombu.connection import Connection

from infra.jobs.celery_app import QUEUE, TASK
from infra.jobs.queue import RESEND

_EXPIRY_SECONDS = 60  # for brokers that know no other; longer than clocks differ


class BrokerLink:
    """Publishes ids; whoever sees it fail drops the connection, and the next call makes another."""

    def __init__(self, celery: Celery) -> None:
        self._celery = celery
        self._connection: Connection | None = None

    def publish(self, ids: Sequence[UUID]) -> None:
        """Tell workers of jobs; of those for which there is no time, others have been told."""
        until = monotonic() + RESEND.total_seconds()
        with self._celery.amqp.Producer(self._connected(), auto_declare=False) as producer:
            for job_id in ids:
                if monotonic() > until:
                    break
                self._celery.send_task(
                    TASK,
                    (job_id.hex,),
                    producer=producer,
                    ignore_result=True,
                    retry=False,
                    expires=_EXPIRY_SECONDS,
                    expiration=RESEND.total_seconds(),
                )

    def probe(self) -> None:
        """Ask the broker for something that it must answer."""
        channel = self._connected().default_channel
        self._celery.amqp.queues[QUEUE](channel).declare()

    def drop(self) -> None:
        """Forget the connection, without a word to who may not answer."""
        connection, self._connection = self._connection, None
        if connection:
            connection.collect()  # type: ignore[no-untyped-call]

    def _connected(self) -> Connection:
        if self._connection is None:
            options = {"confirm_publish": True}
            self._connection = self._celery.connection_for_write(transport_options=options)
            self._connection.ensure_connection(max_retries=1, interval_start=0)
        return self._connection
