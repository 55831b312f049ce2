"""The store of a cache: Redis, shared by all processes, or the memory of the only process."""

from collections.abc import Awaitable, Sequence
from typing import Protocol

from application.positions import Position
from infra.cache.shared_reads import Keys, Values


class StoreUnavailable(Exception):
    """The store did not answer, or refused; or the circuit breaker is open."""


class StoreRefused(StoreUnavailable):
    """The store answered with an error, as a full one does."""


class Store(Protocol):
    """Bytes by key, each with a time to live. All methods may raise StoreUnavailable."""

    @property
    def is_down(self) -> bool: ...

    @property
    def prefix(self) -> str:
        """The prefix of all keys: it changes with a restart of the server; empty until `meet`."""

    async def load_prefix(self) -> str:
        """Ask for the prefix."""

    def get(self, keys: Keys) -> Awaitable[Values]:
        """Return the values of keys, in their order; None for missing ones."""

    async def set(self, key: str, value: bytes, seconds: float) -> None: ...

    async def add(self, key: str, value: bytes, seconds: float) -> bool:
        """Set a key that does not exist; False where it exists."""

    async def replace(self, key: str, old: bytes, new: bytes, seconds: float) -> None:
        """Set a key that still has the old value."""

    async def remove(self, *keys: str) -> None: ...

    async def raise_floors(
        self, keys: Sequence[str], nonce: str, position: Position, seconds: int
    ) -> None:
        """Return each existing floor a new nonce, and join its position with this one.

        A missing floor is not created: the store may have forgotten a later position.
        """
