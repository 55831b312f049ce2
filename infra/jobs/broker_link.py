"""A connection to the broker, with a timeout for every wait."""

from collections.abc import Sequence
from time import monotonic
from uuid import UUID

from celery import Celery
from kombu.connection import Connection

from infra.jobs.celery_app import QUEUE, TASK

_EXPIRY_SECONDS = 60  # for brokers without a message TTL; exceeds the clock skew


class BrokerLink:
    """Publishes ids; after an error its caller drops the connection, and the next call opens
    one."""

    def __init__(self, celery: Celery) -> None:
        self._celery = celery
        self._connection: Connection | None = None

    def publish(self, ids: Sequence[UUID], until: float) -> None:
        """Publish the ids of jobs until the deadline `until`; a relay resends the others."""
        with self._celery.amqp.Producer(self._connected(), auto_declare=False) as producer:
            for job_id in ids:
                # a message that lives longer would duplicate the one that is sent again
                left = until - monotonic()
                if left <= 0:
                    break
                self._celery.send_task(
                    TASK,
                    (job_id.hex,),
                    producer=producer,
                    ignore_result=True,
                    retry=False,
                    expires=_EXPIRY_SECONDS,
                    expiration=left,
                )

    def probe(self) -> None:
        """Send the broker a request that it must answer."""
        channel = self._connected().default_channel
        self._celery.amqp.queues[QUEUE](channel).declare()

    def drop(self) -> None:
        """Close the connection's socket, without a protocol exchange that may hang."""
        connection, self._connection = self._connection, None
        if connection:
            connection.collect()  # type: ignore[no-untyped-call]

    def _connected(self) -> Connection:
        if self._connection is None:
            options = {"confirm_publish": True}
            self._connection = self._celery.connection_for_write(transport_options=options)
            self._connection.ensure_connection(max_retries=1, interval_start=0)
        return self._connection
