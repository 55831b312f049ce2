"""The harness gives real RabbitMQ servers that die, hang and come back."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from kombu.connection import Connection
from kombu.entity import Queue
from kombu.exceptions import OperationalError

from tests.harness.rabbitmq_server import RabbitMQServer
from tests.harness.waiting import wait_until

NewRabbitMQ = Callable[..., RabbitMQServer]


def connection_to(server: RabbitMQServer, patience: float = 5) -> Connection:
    options = {"confirm_publish": True}
    return Connection(  # type: ignore[no-untyped-call]
        server.url, connect_timeout=patience, transport_options=options
    )


def publish(server: RabbitMQServer, *messages: str) -> None:
    queue = Queue("letters")  # type: ignore[no-untyped-call]
    with connection_to(server) as connection:
        for message in messages:
            connection.Producer().publish(message, routing_key=queue.name, declare=[queue])


def test_the_shared_one_says_what_its_queues_hold(rabbitmq: RabbitMQServer) -> None:
    publish(rabbitmq, "a", "b")
    assert rabbitmq.queue_lengths()["letters"] == 2
    with connection_to(rabbitmq) as connection:
        assert connection.default_channel.basic_get("letters").body == "a"
        assert rabbitmq.queue_lengths()["letters"] == 2
        connection.default_channel.queue_delete("letters")
    assert "letters" not in rabbitmq.queue_lengths()


def test_a_suspended_one_answers_once_it_is_resumed(rabbitmq: RabbitMQServer) -> None:
    with connection_to(rabbitmq, patience=0.2) as connection:
        rabbitmq.suspend()
        try:
            with pytest.raises(OperationalError, match="timed out"):
                connection.ensure_connection(max_retries=1, interval_start=0)
        finally:
            rabbitmq.resume()
        connection.ensure_connection(max_retries=1)


def test_a_discarded_one_leaves_no_process_and_no_folder(new_rabbitmq: NewRabbitMQ) -> None:
    server = new_rabbitmq()
    assert {"epmd", "beam.smp", "erl_child_setup"} <= processes_of(server)
    server.suspend()
    server.discard()
    wait_until(lambda: not processes_of(server), "the end of all its processes")
    assert not server.folder.exists()


def processes_of(server: RabbitMQServer) -> set[str]:
    """The names of those that inherited its environment; one that has ended shows none."""
    home, found = f"HOME={server.folder}\0".encode(), set()
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if home in environment.read_bytes():
                found.add((environment.parent / "comm").read_text().strip())
    return found
