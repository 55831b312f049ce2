"""The limits of one request or job."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from math import ceil
from uuid import UUID

from application.limits import Limit, LimitReached, Use, Window
from infra.limits.counters import Count, Counter, Counters

_Counted = tuple[Counter, Count]


class ScopedLimits:
    """Counts for one tenant; `windows` has what is left of the limits that were used, by name."""

    def __init__(
        self, limits: Mapping[str, Limit], counters: Counters, tenant: UUID, address: str
    ) -> None:
        self._limits = limits
        self._counters = counters
        self._tenant = tenant
        self.address = address
        self.windows: dict[str, Window] = {}

    @property
    def are_off(self) -> bool:
        return not self._limits

    async def take(self, *uses: Use) -> None:
        limited = self._limited(uses)
        if not limited:
            return
        counters = [each for group, use in enumerate(limited) for each in self._of(use, group)]
        taken = await self._counters.take(counters)
        counted = list(zip(counters, taken.counts, strict=True))
        self._note(limited, counted)
        if not taken.granted:
            raise LimitReached(_seconds_to_wait(counted))

    async def forgive(self, once: Use, wholly: Use | None = None) -> None:
        whole = (wholly,) if wholly else ()
        lowered = [self._key(use) for use in self._limited((once,))]
        removed = [key for use in self._limited(whole) for key in self._keys(use)]
        if lowered or removed:
            await self._counters.forgive(lowered, removed)
        for use in self._limited((once, *whole)):
            # as an answer to somebody who did nothing wrong says it
            limit, window = self._limits[use.limit], self.windows[use.limit]
            remaining = limit.most if use is wholly else window.remaining + 1
            self.windows[use.limit] = Window(limit, remaining, window.seconds)

    def _limited(self, uses: Sequence[Use]) -> Sequence[Use]:
        return [use for use in uses if use.subject and use.limit in self._limits]

    def _of(self, use: Use, group: int) -> Iterator[Counter]:
        """Return the counter of a use, and that of whoever uses it."""
        limit = self._limits[use.limit]
        for key, most in zip(self._keys(use), (limit.most, 1), strict=False):
            yield Counter(key, most, limit.seconds, group)

    def _keys(self, use: Use) -> Sequence[str]:
        return [self._key(use), *([self._key(use, use.by)] if use.by else [])]

    def _key(self, use: Use, *by: str) -> str:
        # what callers send may be long, and be personal
        named = "\0".join((self._tenant.hex, use.subject, *by)).encode(errors="surrogatepass")
        return f"broadsheet:limit:{use.limit}:{blake2b(named, digest_size=16).hexdigest()}"

    def _note(self, limited: Sequence[Use], counted: Sequence[_Counted]) -> None:
        # the first counter of each group is that of its limit
        counts = {each.group: count for each, count in reversed(counted)}
        for group, use in enumerate(limited):
            limit, count = self._limits[use.limit], counts[group]
            remaining = max(limit.most - count.uses, 0)
            self.windows[use.limit] = Window(limit, remaining, count.seconds)


def _seconds_to_wait(counted: Sequence[_Counted]) -> int:
    """Return the whole seconds until all groups have room."""
    groups: dict[int, float] = {}
    for each, count in counted:
        seconds = count.seconds if count.uses >= each.most else 0
        groups[each.group] = min(groups.get(each.group, seconds), seconds)
    return max(ceil(max(groups.values())), 1)
