"""Counters in the memory of one process."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from cachetools import TLRUCache

from infra.limits.counters import Count, Counter, Taken

_COUNTERS = 20_000  # in 8 MiB; further ones replace those that were not used for longest


@dataclass(slots=True)
class _Kept:
    uses: int
    until: float


class MemoryCounters:
    """Counts for this process alone; it forgets the least recently used ones of too many."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._kept: TLRUCache[str, _Kept] = TLRUCache(
            _COUNTERS, ttu=lambda _, kept, __: kept.until, timer=clock
        )

    def __len__(self) -> int:
        return len(self._kept)

    async def prepare(self) -> None:
        """Do nothing: there is no server."""

    async def take(self, counters: Sequence[Counter]) -> Taken:
        now = self._clock()
        found = [self._kept.get(each.key) or _Kept(0, now + each.seconds) for each in counters]
        granted = _have_room(counters, [kept.uses for kept in found])
        if granted:
            for each, kept in zip(counters, found, strict=True):
                kept.uses += 1
                self._kept.setdefault(each.key, kept)
        counted = zip(counters, found, strict=True)
        return Taken(granted, [_count(each, kept, now) for each, kept in counted])

    async def forgive(self, once: Sequence[str], wholly: Sequence[str]) -> None:
        for key in once:
            if kept := self._kept.get(key):
                kept.uses = max(kept.uses - 1, 0)
        for key in wholly:
            self._kept.pop(key, None)

    async def close(self) -> None:
        """Do nothing: there are no connections."""


def _count(counter: Counter, kept: _Kept, now: float) -> Count:
    # the difference of two instants may exceed the window by a rounding error
    return Count(kept.uses, min(kept.until - now, counter.seconds))


def _have_room(counters: Sequence[Counter], uses: Sequence[int]) -> bool:
    free = {each.group for each, used in zip(counters, uses, strict=True) if used < each.most}
    return free == {each.group for each in counters}
