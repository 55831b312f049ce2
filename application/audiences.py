"""Audiences: callers who may read the same get the same answer, where it is not for all."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from application.views import Encoded, View
from domain.caller import Audience, Caller


class Held(View):
    """What a caller holds, by its ids; nothing where it is too much to be cached."""

    ids: frozenset[UUID]
    is_whole: bool = True


async def answer_to(
    caller: Caller,
    shared: Encoded,
    find_held: Callable[[UUID], Awaitable[Held | None]],
    find_answer: Callable[[Audience], Awaitable[Encoded | None]],
) -> Encoded | None:
    """Return the answer to the caller's audience in place of one that is for all, or for members;
    None where it, or what the caller holds, is not found."""
    closed = shared.closed
    if closed is None:
        return shared
    held = await find_held(caller.id) if closed.depends_on_held(caller) else Held(ids=frozenset())
    if held is None or not held.is_whole:
        return None
    audience = closed.audience_of(caller, held.ids)
    if not audience.held and not closed.lacks_members:
        return shared
    answer = await find_answer(audience)
    # something that was closed meanwhile would be unknown to this audience
    return answer if answer and closed.covers(answer.closed) else None
