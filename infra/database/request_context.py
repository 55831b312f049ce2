"""The context of a request or job: its tenant, its caller, and the position that its reads need."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from uuid import UUID

from application.positions import CallerPosition, Position, UserPositions
from application.started import Started
from application.timing import Timings
from domain.caller import Caller
from infra.database.sessions import Origin
from infra.database.unknown_outcomes import UNKNOWN, is_unknown


@dataclass(frozen=True, slots=True)
class RequestContext:
    """The tenant and the caller of a scope, and the position that the caller has seen."""

    tenant: UUID
    caller: Caller | None
    position: CallerPosition
    timings: Timings = field(default_factory=Timings)
    address: str | None = None  # of the client, in the network

    @property
    def origin(self) -> Origin:
        return Origin(self.caller.id if self.caller else None, self.address)


class RequiredPosition:
    """The position that reads of one scope must have reached; asked for at the first read."""

    def __init__(self, context: RequestContext, user_positions: UserPositions) -> None:
        self._context = context
        self._user_positions = user_positions
        self._is_known = context.caller is None

    def position(self) -> Awaitable[Position | None]:
        """Return the position of what the caller has seen or written; None where reads must go to
        the primary. Where it is stored, its read begins with the call."""
        caller = self._context.caller
        if self._is_known or caller is None:
            return Started(self._present)
        reading = self._user_positions.get(caller.id)
        return Started(lambda: self._joined(reading))

    async def _joined(self, reading: Awaitable[Position | None]) -> Position | None:
        stored = await reading
        if stored is None:
            return None
        self._context.position.advance(stored)
        self._is_known = True
        return await self._present()

    async def _present(self) -> Position | None:
        position = self._context.position.value
        return None if is_unknown(position) else position.without(UNKNOWN)
