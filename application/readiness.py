"""The readiness of a server and of the servers that it depends on."""

from typing import Literal

from application.views import View


class ReplicaReadiness(View):
    """A replica, and the reason where it is not read."""

    name: str
    is_read: bool
    why_not: str | None
    lag_seconds: float | None


class ReadRouting(View):
    """Reads since the start, by server; `timeouts` counts unsuccessful waits for a replica."""

    on_replica: int
    on_primary: int
    waits: int
    timeouts: int


class Readiness(View):
    """Whether a server can serve, and the state of each part."""

    status: Literal["ready", "not ready"]
    primary: str
    db_schema: str
    replicas: tuple[ReplicaReadiness, ...]
    redis: Literal["up", "down", "not configured"]
    broker: Literal["up", "down", "not configured"]
    reads: ReadRouting
    notes: tuple[str, ...]

    def without_addresses(self) -> "Readiness":
        """Return whether each replica is read, without its address."""
        replicas = tuple(
            ReplicaReadiness(
                name=f"replica {number}", is_read=replica.is_read, why_not=None, lag_seconds=None
            )
            for number, replica in enumerate(self.replicas, start=1)
        )
        return self.model_copy(update={"replicas": replicas})
