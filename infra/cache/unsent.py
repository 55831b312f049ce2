"""Invalidations that the store did not take: until then this process keeps none of their tags."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from cachetools import TTLCache

from application.positions import NOWHERE, Position, joined

_LIMIT = 50_000
# longer than any answer is kept, and than a replica that is read may lag: then it hides nothing
_SECONDS = 120


class Unsent:
    """The tags that a change made old, and the position of the newest such change."""

    def __init__(self) -> None:
        self._positions: TTLCache[tuple[UUID, str], Position] = TTLCache(_LIMIT, _SECONDS)
        self._is_empty = True  # each read asks, and there is hardly ever anything

    def add(self, tenant: UUID, tags: Iterable[str], position: Position) -> None:
        self._is_empty = False
        for tag in tags:
            known = self._positions.get((tenant, tag), NOWHERE)
            self._positions[tenant, tag] = known.joined(position)

    def sent(self, tenant: UUID, tags: Iterable[str], position: Position) -> None:
        """Forget changes that are not beyond one which the store took."""
        for tag in tags:
            if position.reaches(self._positions.get((tenant, tag), NOWHERE)):
                self._positions.pop((tenant, tag), None)

    def position_of(self, tenant: UUID, tags: Iterable[str]) -> Position | None:
        """Give the position at which all changes of tags are seen; None where nothing is unsent."""
        if self._is_empty:
            return None
        found = [self._positions[key] for tag in tags if (key := (tenant, tag)) in self._positions]
        return joined(found) if found else None

    def tags(self) -> dict[UUID, list[str]]:
        """Give what is unsent, by tenant."""
        self._is_empty = not self._positions
        of_tenants = defaultdict(list)
        for tenant, tag in self._positions:
            of_tenants[tenant].append(tag)
        return of_tenants
