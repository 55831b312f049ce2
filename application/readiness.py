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


class WorkerReadiness(View):
    """Whether a worker can do jobs: it reaches the primary and the broker."""

    status: Literal["ready", "not ready"]
    primary: str
    db_schema: str
    broker: Literal["up", "down", "not configured"]


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

    def of_worker(self) -> WorkerReadiness:
        """Return the readiness of a worker whose relay has this state."""
        is_ready = self.status == "ready" and self.broker == "up"
        return WorkerReadiness(
            status="ready" if is_ready else "not ready",
            primary=self.primary,
            db_schema=self.db_schema,
            broker=self.broker,
        )

    def without_addresses(self) -> "Readiness":
        """Return whether each replica is read, without its address."""
        replicas = tuple(
            ReplicaReadiness(
                name=f"replica {number}", is_read=replica.is_read, why_not=None, lag_seconds=None
            )
            for number, replica in enumerate(self.replicas, start=1)
        )
        return self.model_copy(update={"replicas": replicas})
