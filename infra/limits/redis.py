"""Counters in Redis, which all processes share."""

import asyncio
from collections.abc import Coroutine, Sequence
from time import monotonic
from typing import Any, TypeVar

from infra.cache.breaker import Breaker
from infra.cache.redis import RedisLink
from infra.cache.store import StoreUnavailable
from infra.limits.counters import Count, Counter, Counters, Taken
from infra.limits.shared_takes import Answers, SharedTakes, Take

T = TypeVar("T")

# Nobody waits for Redis longer than ten looks of 5 ms. A look that ends late tells of a process
# that is busy, not of a slow Redis: it does not count, for half a second at most.
_LOOKS, _LOOK_SECONDS = 10, 0.005
_LATE_SECONDS = 2 * _LOOK_SECONDS
_BUSY_SECONDS = 0.5
_LINK_SECONDS = 1.0  # the link's own timeout does not tell one from the other
# ARGV: the number of counters of each take, then each counter's group, most and seconds.
# Windows are Redis's own, so the clocks of processes do not count.
_TAKE = """
local function take(keys, values)
    local uses, has_room, granted = {}, {}, 1
    for n, key in ipairs(keys) do
        local group, most = values[3 * n - 2], tonumber(values[3 * n - 1])
        uses[n] = tonumber(redis.call('GET', key)) or 0
        has_room[group] = has_room[group] or uses[n] < most
    end
    for _, has in pairs(has_room) do
        if not has then granted = 0 end
    end
    local told = {granted}
    for n, key in ipairs(keys) do
        if granted == 1 then
            uses[n] = redis.call('INCR', key)
            if uses[n] == 1 then redis.call('EXPIRE', key, values[3 * n]) end
        end
        told[2 * n] = uses[n]
        told[2 * n + 1] = redis.call('PTTL', key)
    end
    return told
end
local answers, key, value = {}, 1, 1
while value <= #ARGV do
    local n = tonumber(ARGV[value])
    local keys = {unpack(KEYS, key, key + n - 1)}
    local values = {unpack(ARGV, value + 1, value + 3 * n)}
    answers[#answers + 1] = take(keys, values)
    key, value = key + n, value + 1 + 3 * n
end
return answers
"""
# a counter that has ended is not lowered: it would never end again
_FORGIVE = """
for n = 1, tonumber(ARGV[1]) do
    if (tonumber(redis.call('GET', KEYS[n])) or 0) > 0 then redis.call('DECR', KEYS[n]) end
end
for n = ARGV[1] + 1, #KEYS do redis.call('DEL', KEYS[n]) end
return 1
"""


class RedisCounters:
    """Counts by one script for all who wait; while Redis does not answer, this process counts for
    itself."""

    def __init__(self, url: str, own: Counters) -> None:
        self._redis = RedisLink(url, _LINK_SECONDS)
        self._own = own
        self._breaker = Breaker()
        self._takes = SharedTakes(self._send)
        self._forgiving: set[asyncio.Task[Any]] = set()
        self._take = self._redis.script(_TAKE)
        self._forgive = self._redis.script(_FORGIVE)

    async def prepare(self) -> None:
        # the first takes, which may be many, do not wait for a connection
        await self.take(())

    async def take(self, counters: Sequence[Counter]) -> Taken:
        taken = None
        if self._breaker.allows_attempt():
            outcome = self._takes.add(counters)
            try:
                taken = await self._in_time(outcome)
            finally:
                self._takes.withdraw(outcome)
        return taken or await self._own.take(counters)

    async def forgive(self, once: Sequence[str], wholly: Sequence[str]) -> None:
        # also what was counted here while Redis did not answer
        await self._own.forgive(once, wholly)
        if self._breaker.allows_attempt():
            keys = [*once, *wholly]
            doing = self._redis.do(self._forgive, keys, len(once))
            await self._in_time(self._going_on(_or_none(doing)))

    async def close(self) -> None:
        await self._takes.close()
        if self._forgiving:
            await asyncio.wait(self._forgiving)
        await self._redis.close()

    async def _send(self, takes: Sequence[Take]) -> Answers:
        keys = [each.key for take in takes for each in take]
        values = [value for take in takes for value in _written(take)]
        told = await _or_none(self._redis.do(self._take, keys, *values))
        if told is None:
            return [None] * len(takes)
        return [_taken(answer, take) for answer, take in zip(told, takes, strict=True)]

    def _going_on(self, doing: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Return a task that goes on when nobody waits for it any more."""
        task = asyncio.create_task(doing)
        self._forgiving.add(task)
        task.add_done_callback(self._forgiving.discard)
        return task

    async def _in_time(self, answer: asyncio.Future[T | None]) -> T | None:
        """Return what Redis answers soon; else None."""
        began = monotonic()
        await _look_for(answer)
        found = answer.result() if answer.done() else None
        if found is None:
            self._breaker.failed(began)
        else:
            self._breaker.succeeded()
        return found


async def _look_for(answer: asyncio.Future[T]) -> None:
    looks, began = 0, monotonic()
    while looks < _LOOKS and monotonic() - began < _BUSY_SECONDS:
        looked = monotonic()
        done, _ = await asyncio.wait({answer}, timeout=_LOOK_SECONDS)
        if done:
            return
        looks += monotonic() - looked < _LATE_SECONDS


async def _or_none(doing: Coroutine[Any, Any, T]) -> T | None:
    try:
        return await doing
    except StoreUnavailable:
        return None


def _written(take: Take) -> Sequence[int]:
    return [len(take), *(value for each in take for value in (each.group, each.most, each.seconds))]


def _taken(told: Sequence[int], counters: Take) -> Taken:
    granted, *values = told
    pairs = zip(counters, values[::2], values[1::2], strict=True)
    # a counter that was not raised has not begun
    counts = [Count(uses, ends / 1000 if ends > 0 else each.seconds) for each, uses, ends in pairs]
    return Taken(bool(granted), counts)
