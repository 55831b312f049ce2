"""Invalidations that the store did not accept: until it has, this process bypasses the cache for
calls with their tags."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from cachetools import TTLCache

from application.positions import NOWHERE, Position, joined

_LIMIT = 50_000
# longer than the ttl of any entry, and than the lag of any replica that is read
_SECONDS = 120


class Unsent:
    """Tags to be invalidated, each with the position of its newest change."""

    def __init__(self) -> None:
        self._positions: TTLCache[tuple[UUID, str], Position] = TTLCache(_LIMIT, _SECONDS)
        self._is_empty = True  # a fast path: every read checks it, and it is nearly always empty

    def add(self, tenant: UUID, tags: Iterable[str], position: Position) -> None:
        self._is_empty = False
        for tag in tags:
            known = self._positions.get((tenant, tag), NOWHERE)
            self._positions[tenant, tag] = known.joined(position)

    def sent(self, tenant: UUID, tags: Iterable[str], position: Position) -> None:
        """Forget changes up to a position that the store has accepted."""
        for tag in tags:
            if position.reaches(self._positions.get((tenant, tag), NOWHERE)):
                self._positions.pop((tenant, tag), None)

    def position_of(self, tenant: UUID, tags: Iterable[str]) -> Position | None:
        """Return the position that includes all unsent changes of tags; None where there are
        none."""
        if self._is_empty:
            return None
        found = [self._positions[key] for tag in tags if (key := (tenant, tag)) in self._positions]
        return joined(found) if found else None

    def tags(self) -> dict[UUID, list[str]]:
        """Return the unsent tags of each tenant."""
        self._is_empty = not self._positions
        of_tenants = defaultdict(list)
        for tenant, tag in self._positions:
            of_tenants[tenant].append(tag)
        return of_tenants
