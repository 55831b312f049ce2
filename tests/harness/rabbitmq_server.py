"""One RabbitMQ server of our own."""

import json
import os
import subprocess

from kombu.connection import Connection
from kombu.exceptions import OperationalError

from tests.harness.ports import free_port, is_free
from tests.harness.rabbitmq_program import RabbitMQProgram
from tests.harness.server import SECONDS_TO_ANSWER, Server
from tests.harness.server_process import ServerProcess
from tests.harness.waiting import wait_until

LOCAL_ONLY = "-kernel inet_dist_use_interface {127,0,0,1}"


class RabbitMQServer(Server):
    """One RabbitMQ on 127.0.0.1, with the port mapper that Erlang finds it by."""

    def __init__(self, program: RabbitMQProgram) -> None:
        super().__init__("RabbitMQ")
        self._program = program
        self._mapper_port = free_port()
        self._mapper: ServerProcess | None = None
        self._environment = {**program.environment, **self._settings()}

    @property
    def url(self) -> str:
        """Its address, for Celery and kombu."""
        return f"amqp://guest:guest@{self.host}:{self.port}//"

    def queue_lengths(self) -> dict[str, int]:
        """How many messages each queue holds, with those that were delivered and not confirmed."""
        options = ["--quiet", "--formatter", "json"]
        listed = subprocess.run(
            [self._program.script("rabbitmqctl"), *options, "list_queues", "name", "messages"],
            env={**os.environ, **self._environment},
            capture_output=True,
            timeout=SECONDS_TO_ANSWER,
            check=True,
        )
        return {queue["name"]: queue["messages"] for queue in json.loads(listed.stdout)}

    def answers(self) -> bool:
        """Whether it takes a connection."""
        with Connection(self.url, connect_timeout=1) as connection:  # type: ignore[no-untyped-call]
            try:
                # Tries twice at once: its connect() would wait 2 s in between.
                connection.ensure_connection(max_retries=1, interval_start=0)
            except OperationalError:
                return False
        return True

    def discard(self) -> None:
        """Ends it with all that it started, and removes its folder."""
        super().discard()
        if self._mapper:
            self._mapper.kill()

    def _new_process(self) -> ServerProcess:
        if self._mapper is None:
            self._mapper = self._start_mapper()
        return self._process_of("rabbitmq", self._program.script("rabbitmq-server"))

    def _start_mapper(self) -> ServerProcess:
        port = self._mapper_port
        mapper = self._process_of("epmd", "epmd", "-port", str(port), "-address", self.host)
        # Where it finds none, Erlang starts one that outlives it.
        wait_until(lambda: not is_free(port), f"epmd on port {port}")
        return mapper

    def _process_of(self, name: str, *command: str) -> ServerProcess:
        log, pid_file = self.folder / f"{name}.log", self.folder / f"{name}.pid"
        return ServerProcess(list(command), log, pid_file, self._environment)

    def _settings(self) -> dict[str, str]:
        files = ("CONF_ENV_FILE", "CONFIG_FILE", "ADVANCED_CONFIG_FILE", "ENABLED_PLUGINS_FILE")
        return {
            # Where Erlang keeps the secret by which its nodes know each other.
            "HOME": str(self.folder),
            "ERL_CRASH_DUMP": str(self.folder / "crash.dump"),
            # Leaves no shell between us and the server, so that signals reach it.
            "RUNNING_UNDER_SYSTEMD": "true",
            "ERL_EPMD_PORT": str(self._mapper_port),
            "RABBITMQ_NODENAME": f"tests-{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": self.host,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": LOCAL_ONLY,
            "RABBITMQ_CTL_ERL_ARGS": LOCAL_ONLY,
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_LOGS": "-",
            # None of what an installed RabbitMQ is configured with.
            **{f"RABBITMQ_{name}": str(self.folder / name.lower()) for name in files},
        }
