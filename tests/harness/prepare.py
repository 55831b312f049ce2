"""Gets the servers of the tests ahead of pytest: python -m tests.harness.prepare."""

import os
import sys
from collections.abc import Callable
from typing import Protocol

from tests.harness.mysql_data import ready_mysql
from tests.harness.nginx_program import find_nginx
from tests.harness.prometheus_program import find_prometheus
from tests.harness.rabbitmq_program import find_rabbitmq
from tests.harness.redis_program import find_redis
from tests.harness.servers_folder import ServersUnavailable


class Program(Protocol):
    """A server program that was found."""

    @property
    def version(self) -> str:
        """Its version."""

    @property
    def origin(self) -> str:
        """Where it was found."""


FINDERS: dict[str, Callable[[], Program]] = {
    "MySQL": ready_mysql,
    "Redis": find_redis,
    "RabbitMQ": find_rabbitmq,
    "nginx": find_nginx,
    "Prometheus": find_prometheus,
}


def main() -> int:
    """Prints what the tests will run; a missing server fails only under REQUIRE_SERVERS=1."""
    found = [_is_found(server, find) for server, find in FINDERS.items()]
    return int(not all(found) and os.environ.get("REQUIRE_SERVERS") == "1")


def _is_found(server: str, find: Callable[[], Program]) -> bool:
    try:
        program = find()
    except ServersUnavailable as unavailable:
        print(f"{server}: not available: {unavailable}")
        return False
    print(f"{server}: {program.version} from {program.origin}")
    return True


if __name__ == "__main__":
    sys.exit(main())
