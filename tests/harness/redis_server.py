"""One Redis server of our own: it keeps nothing on disk unless told to save."""

from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.harness.redis_program import RedisProgram
from tests.harness.server import SECONDS_TO_ANSWER, Server
from tests.harness.server_process import ServerProcess


class RedisServer(Server):
    """One redis-server on 127.0.0.1, open to all or to one user with a password."""

    def __init__(
        self,
        program: RedisProgram,
        *,
        maxmemory: str = "0",
        policy: str = "noeviction",
        user: str = "",
        password: str = "",
    ) -> None:
        super().__init__("Redis")
        self._program = program
        self._login = f"{user}:{password}@" if user else ""
        lines = [
            f"bind {self.host}",
            f"port {self.port}",
            f"dir {self.folder}",
            'save ""',
            "appendonly no",
            f"maxmemory {maxmemory}",
            f"maxmemory-policy {policy}",
            *([f"user {user} on >{password} ~* &* +@all", "user default off"] if user else []),
        ]
        (self.folder / "redis.conf").write_text("\n".join(lines))

    @property
    def url(self) -> str:
        """Its address, with the user's name and password where it asks for them."""
        return f"redis://{self._login}{self.host}:{self.port}/0"

    def execute(self, *command: str | bytes | int) -> Any:
        """Runs one command and gives its answer."""
        return self._execute(*command, patience=SECONDS_TO_ANSWER)

    def save(self) -> None:
        """Takes a snapshot, from which every later start begins; what follows it is lost then."""
        self.execute("SAVE")

    def flush(self) -> None:
        """Deletes every key."""
        self.execute("FLUSHALL")

    def answers(self) -> bool:
        """Whether it takes a command."""
        try:
            self._execute("PING", patience=1)
        except (redis.ConnectionError, redis.TimeoutError):
            return False
        return True

    def _execute(self, *command: str | bytes | int, patience: float) -> Any:
        client = redis.Redis.from_url(
            self.url,
            decode_responses=True,
            socket_timeout=patience,
            socket_connect_timeout=patience,
            retry=Retry(NoBackoff(), 0),
        )
        with client:
            return client.execute_command(*command)  # type: ignore[no-untyped-call]

    def _new_process(self) -> ServerProcess:
        command = [self._program.path, str(self.folder / "redis.conf")]
        log, pid_file = self.folder / "log", self.folder / "pid"
        return ServerProcess(command, log, pid_file, self._program.environment)
