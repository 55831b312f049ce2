"""Limits: how much a window grants, to whom, and what counting in memory takes."""

import sys
from dataclasses import dataclass, field

import pytest

from application.limits import Limit, LimitReached, Use
from infra.limits import memory
from infra.limits.memory import MemoryCounters
from infra.limits.scoped import ScopedLimits
from tests.support.limits import limits_of

OF_COMMANDS = Use("commands", "ann")
SMALL = {
    "commands": Limit("commands", 3, 60),
    "comments": Limit("comments", 2, 600),
    "account_passwords": Limit("account_passwords", 3, 900),
    "address_passwords": Limit("address_passwords", 5, 900),
}
LATE = 1_000_000


@dataclass
class Clock:
    """A clock that stands still until a test sets it."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Counting:
    """Counters, and limits on them."""

    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.counters = MemoryCounters(self.clock)
        self.limits = limits_of(self.counters, limits=SMALL)

    def others(self) -> ScopedLimits:
        """Those of another tenant."""
        return limits_of(self.counters, limits=SMALL)


@pytest.fixture
def counting() -> Counting:
    return Counting()


async def granted(limits: ScopedLimits, *uses: Use) -> int:
    """Return how many times in a row these uses are granted together."""
    times = 0
    while times < LATE:
        try:
            await limits.take(*uses)
        except LimitReached:
            break
        times += 1
    return times


async def test_a_window_grants_so_much_and_begins_anew(counting: Counting) -> None:
    assert await granted(counting.limits, OF_COMMANDS) == 3
    counting.clock.now += 59.9
    with pytest.raises(LimitReached, match="try again in 1 seconds") as refused:
        await counting.limits.take(OF_COMMANDS)
    assert refused.value.seconds == 1
    counting.clock.now += 0.1
    assert await granted(counting.limits, OF_COMMANDS) == 3


async def test_each_subject_and_each_tenant_is_counted_alone(counting: Counting) -> None:
    assert await granted(counting.limits, OF_COMMANDS) == 3
    assert await granted(counting.limits, Use("commands", "bob")) == 3
    assert await granted(counting.others(), OF_COMMANDS) == 3
    assert await granted(counting.limits, OF_COMMANDS) == 0


async def test_a_call_that_one_limit_refuses_counts_under_no_other(counting: Counting) -> None:
    both = OF_COMMANDS, Use("comments", "ann")
    assert await granted(counting.limits, *both) == 2
    with pytest.raises(LimitReached) as refused:
        await counting.limits.take(*both)
    assert refused.value.seconds == 600
    left = {name: window.remaining for name, window in counting.limits.windows.items()}
    assert left == {"commands": 1, "comments": 0}
    assert await granted(counting.limits, OF_COMMANDS) == 1


async def test_what_has_no_subject_or_no_limit_is_not_counted(counting: Counting) -> None:
    for use in (Use("commands", ""), Use("mails", "ann")):
        for _ in range(10):
            await counting.limits.take(use)
    assert (len(counting.counters), counting.limits.windows) == (0, {})


async def test_others_who_use_a_limit_up_leave_one_use_to_each_newcomer(
    counting: Counting,
) -> None:
    of = [Use("account_passwords", "ann", by=f"192.0.2.{number}") for number in range(9)]
    assert await granted(counting.limits, of[0]) == 3
    for each in of[1:]:
        assert await granted(counting.limits, each) == 1
    assert await granted(counting.limits, of[0]) == 0


async def test_a_right_password_is_forgiven_all_at_the_account_and_one_of_the_address(
    counting: Counting,
) -> None:
    limits = counting.limits
    of_account = Use("account_passwords", "ann", by=limits.address)
    of_address = Use("address_passwords", limits.address)
    for _ in range(3):
        await limits.take(of_account, of_address)
    await limits.forgive(once=of_address, wholly=of_account)
    left = {name: window.remaining for name, window in limits.windows.items()}
    assert left == {"account_passwords": 3, "address_passwords": 3}
    assert await granted(limits, of_account, of_address) == 3
    assert limits.windows["address_passwords"].remaining == 0


async def test_what_was_forgotten_is_not_forgiven_below_nothing(counting: Counting) -> None:
    limits = counting.limits
    of_account, of_address = Use("account_passwords", "ann"), Use("address_passwords", "x")
    await limits.take(of_account, of_address)
    counting.clock.now += 900
    for _ in range(2):
        await limits.forgive(once=of_address, wholly=of_account)
    assert await granted(limits, of_address) == 5


@pytest.mark.parametrize("subject", ["\ud800", "a" * 100_000, "a b", "*"])
async def test_a_subject_is_whatever_callers_send(counting: Counting, subject: str) -> None:
    assert await granted(counting.limits, Use("commands", subject)) == 3


async def test_memory_keeps_so_many_counters_and_forgets_what_was_not_used(
    counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_COUNTERS", 100)
    counters = MemoryCounters(counting.clock)
    limits = limits_of(counters, limits=SMALL)
    await granted(limits, OF_COMMANDS)
    for number in range(1000):
        await granted(limits, Use("commands", str(number)))
        with pytest.raises(LimitReached):
            await limits.take(OF_COMMANDS)
    assert len(counters) == 100
    counting.clock.now += 60
    await limits.take(OF_COMMANDS)
    assert len(counters) == 1


async def test_counting_in_memory_takes_little(counting: Counting) -> None:
    before = sys.getallocatedblocks()
    for number in range(10_000):
        await counting.limits.take(Use("commands", str(number)))
    assert sys.getallocatedblocks() - before < 10 * 10_000
