"""Where a cache keeps its bytes: in Redis for all processes, or in the memory of the only one."""

from collections.abc import Awaitable, Sequence
from typing import Protocol

from application.positions import Position
from infra.cache.shared_reads import Keys, Values


class StoreUnavailable(Exception):
    """The store did not answer, or refused; or it failed so often that nobody asked."""


class StoreRefused(StoreUnavailable):
    """The store answered that it does not do this, as one that is full does."""


class Store(Protocol):
    """Bytes under keys, each for some seconds. Commands raise StoreUnavailable."""

    @property
    def is_down(self) -> bool: ...

    @property
    def prefix(self) -> str:
        """What all keys begin with now: another one after a restart; empty until it was met."""

    async def meet(self) -> str:
        """Ask for the prefix."""

    def get(self, keys: Keys) -> Awaitable[Values]:
        """Give the values of keys, in their order; None for what is not there."""

    async def set(self, key: str, value: bytes, seconds: float) -> None: ...

    async def add(self, key: str, value: bytes, seconds: float) -> bool:
        """Set what is not there; False where it is."""

    async def replace(self, key: str, old: bytes, new: bytes, seconds: float) -> None:
        """Set what is there only if it is still the old value."""

    async def remove(self, *keys: str) -> None: ...

    async def raise_floors(
        self, keys: Sequence[str], nonce: str, position: Position, seconds: int
    ) -> None:
        """Give each floor that is there a new nonce, and join its position with this one.

        One that is not there stays away: where the store forgot it, it may have been higher.
        """
