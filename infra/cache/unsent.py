"""Invalidations that the store did not take: until then this process keeps none of their tags."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from application.positions import NOWHERE, Position


@dataclass(frozen=True, slots=True)
class Unsent:
    """The tags that a change made old, and the position of the newest such change."""

    _positions: dict[tuple[UUID, str], Position] = field(default_factory=dict)

    def add(self, tenant: UUID, tags: Iterable[str], position: Position) -> None:
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
        found = [self._positions[key] for tag in tags if (key := (tenant, tag)) in self._positions]
        return _joined(found) if found else None

    def all(self) -> Iterable[tuple[UUID, str, Position]]:
        return [(tenant, tag, position) for (tenant, tag), position in self._positions.items()]


def _joined(positions: Iterable[Position]) -> Position:
    joined = NOWHERE
    for position in positions:
        joined = joined.joined(position)
    return joined
