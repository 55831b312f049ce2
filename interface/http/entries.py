"""What a caller gets, of cached answers alone."""

from uuid import UUID

from application.audiences import Held, answer_to
from application.caching import CachedCall, CallAudiences, Required, SharedEntries, TenantCall
from application.views import Encoded
from domain.caller import MEMBERS, Audience, Caller


class EntriesOfCaller:
    """Finds the answers of an authenticated caller in a tenant."""

    def __init__(
        self, entries: SharedEntries, tenant: UUID, caller: Caller, required: Required | None
    ) -> None:
        self._entries = entries
        self._tenant = tenant
        self._caller = caller
        self._required = required
        self.lacks_members = False  # whether the answer for all lacks something that members get

    async def answer(self, call: CachedCall, *, as_member: bool) -> Encoded | None:
        """Return the caller's answer to a call if all of it is a hit. With `as_member` it looks
        first for the answer to members: one lookup less where the one for all lacks something."""
        if as_member and call.audiences:
            of_members = call.audiences.call_for(MEMBERS)
            if answer := await self._of_shared(of_members, call):
                self.lacks_members = True
                return answer
        return await self._of_shared(call, call)

    async def _of_shared(self, shared_call: CachedCall, call: CachedCall) -> Encoded | None:
        """Return the answer by one that others share, and the overlay of the call."""
        overlay = call.overlay
        if overlay is None:
            shared = await self._find(shared_call)
            return await self._to_audience(shared, call) if shared else None
        both = await self._entries.lookup_both(
            TenantCall(self._tenant, shared_call), overlay.call_of(self._caller.id), self._required
        )
        answer = await self._to_audience(both[0], call) if both else None
        return overlay.added(answer, both[1]) if answer and both else None

    async def _to_audience(self, shared: Encoded, call: CachedCall) -> Encoded | None:
        if shared.closed is None:
            return shared
        self.lacks_members |= shared.closed.lacks_members
        if call.audiences is None:
            return None
        return await self._by_audience(shared, call.audiences)

    async def _by_audience(self, shared: Encoded, audiences: CallAudiences) -> Encoded | None:
        async def find_held(caller_id: UUID) -> Held | None:
            found = await self._find(audiences.call_of_held(caller_id))
            return audiences.held_in(found) if found else None

        async def find_answer(audience: Audience) -> Encoded | None:
            return await self._find(audiences.call_for(audience))

        return await answer_to(self._caller, shared, find_held, find_answer)

    async def _find(self, call: CachedCall) -> Encoded | None:
        return await self._entries.lookup(TenantCall(self._tenant, call), self._required)
