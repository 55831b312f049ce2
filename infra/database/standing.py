"""For whom a scope works, and how fresh what it reads must be."""

from dataclasses import dataclass, field
from uuid import UUID

from application.positions import CallerPosition, KeptPositions, Position
from application.timing import Timings
from domain.user import Caller
from infra.database.unknown_outcomes import UNKNOWN, is_unknown


@dataclass(frozen=True, slots=True)
class Standing:
    """For whom a unit of work is opened: the tenant, the caller, and what the caller has seen."""

    tenant: UUID
    caller: Caller | None
    position: CallerPosition
    timings: Timings = field(default_factory=Timings)


class Entitlement:
    """What the reads of one scope must show; asked for once, when the first of them is made."""

    def __init__(self, standing: Standing, kept: KeptPositions) -> None:
        self._standing = standing
        self._kept = kept
        self._is_known = standing.caller is None

    async def position(self) -> Position | None:
        """Give what the caller has seen or written; None where only the primary knows it."""
        if not self._is_known and self._standing.caller:
            kept = await self._kept.of(self._standing.caller.id)
            if kept is None:
                return None
            self._standing.position.advance(kept)
            self._is_known = True
        position = self._standing.position.value
        return None if is_unknown(position) else position.without(UNKNOWN)
