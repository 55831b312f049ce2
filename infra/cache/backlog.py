"""The backlog: committed changes that no process has told Redis of, seconds after their commit."""

from dataclasses import dataclass


@dataclass(slots=True)
class Backlog:
    """While there is one, nothing that Redis has counts in this process.

    The sweep sets it; it is shared by all that read from Redis.
    """

    exists: bool = False
