"""What a server says of the things that it stands on."""

from typing import Literal

from application.views import View


class ReplicaReadiness(View):
    """A replica, and why it is not read where that is so."""

    name: str
    is_read: bool
    why_not: str | None
    lag_seconds: float | None


class ReadRouting(View):
    """Where reads went since the start; `timeouts` waited for a replica in vain."""

    on_replica: int
    on_primary: int
    waits: int
    timeouts: int


class Readiness(View):
    """Whether a server can do its work, and what it does without a part of it."""

    status: Literal["ready", "not ready"]
    primary: str
    db_schema: str
    replicas: tuple[ReplicaReadiness, ...]
    redis: Literal["up", "down", "not configured"]
    broker: Literal["up", "down", "not configured"]
    reads: ReadRouting
    notes: tuple[str, ...]
