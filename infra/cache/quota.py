"""A quota of the store for each tenant, so that one tenant does not evict the others' entries."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID

_SECONDS = 60  # the window; the ttl of each entry is shorter
_BYTES = 256 * 2**20


@dataclass(slots=True)
class Quota:
    """Counts what this process has stored for each tenant in the present minute."""

    limit_bytes: int = _BYTES
    clock: Callable[[], float] = monotonic
    _minute: int = 0
    _stored: Counter[UUID] = field(default_factory=Counter)

    def has_room(self, tenant: UUID, size: int) -> bool:
        """Count the bytes of an entry; False, uncounted, if they exceed the tenant's quota."""
        minute = int(self.clock() // _SECONDS)
        if minute != self._minute:
            self._minute, self._stored = minute, Counter()
        if self._stored[tenant] + size > self.limit_bytes:
            return False
        self._stored[tenant] += size
        return True
