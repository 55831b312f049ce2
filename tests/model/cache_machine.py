"""Random histories of a cache: what its processes, its Redis and its database may do, in any order,
and what no reader may see."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from application.caching import Answer, CachedCall, Outcome
from domain.ids import new_id
from tests.harness.redis_server import RedisServer
from tests.model.cache_model import OWN, QUESTIONS, TAGS, ModelDatabase, position_at, said_in
from tests.model.cache_process import Halt, NewCache, Process, Read

PROCESSES = st.integers(0, 1)
WRITERS = st.sampled_from(list(OWN))
CALLERS = st.none() | WRITERS
CHANGED = st.frozensets(st.sampled_from(TAGS), min_size=1)
ASKED = st.sampled_from(QUESTIONS)
HALTS = st.sampled_from(get_args(Halt))
ANY = st.integers(0, 99)


@dataclass(frozen=True)
class Change:
    """A commit whose invalidation is on its way, or lost."""

    tags: frozenset[str]
    number: int


class CacheMachine(RuleBasedStateMachine):
    """Processes with caches of one kind on one Redis, and on one database with a replica.

    A key that expires is here one that is evicted. What was checked is counted in `outcomes`.
    """

    def __init__(self, redis: RedisServer, new_cache: NewCache, outcomes: Counter[str]) -> None:
        super().__init__()
        self.redis = redis
        self.outcomes = outcomes
        self.tenant = new_id()
        self.database = ModelDatabase()
        self.writes: dict[str | None, int] = {}
        self.delivered = dict.fromkeys(TAGS, 0)
        self.undelivered: list[Change] = []
        # not those that are under way: how many a rule finds must not hang on the time it took
        self.halted: list[Read] = []
        self.reads: list[Read] = []
        self.has_saved = self.has_restarted = False
        self.runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self.processes = [Process(redis.url, self.database, new_cache) for _ in range(2)]

    @rule(writer=WRITERS, tags=CHANGED, process=PROCESSES)
    def change(self, writer: str, tags: frozenset[str], process: int) -> None:
        change = self._committed(writer, tags)
        self._deliver(change, change.number, process)

    @rule(writer=WRITERS, tags=CHANGED)
    def change_unsaid(self, writer: str, tags: frozenset[str]) -> None:
        self.undelivered.append(self._committed(writer, tags))

    @precondition(lambda self: self.undelivered)
    @rule(which=ANY, process=PROCESSES, by_sweep=st.booleans(), is_last=st.booleans())
    def deliver(self, which: int, process: int, by_sweep: bool, is_last: bool) -> None:
        which %= len(self.undelivered)
        change = self.undelivered.pop(which) if is_last else self.undelivered[which]
        self._deliver(change, self.database.newest if by_sweep else change.number, process)

    @rule(process=PROCESSES, caller=CALLERS, call=ASKED)
    def ask(self, process: int, caller: str | None, call: CachedCall) -> None:
        self._ask([self._read(process, caller, call)])

    @rule(callers=st.tuples(CALLERS, CALLERS), call=ASKED)
    def ask_everywhere(self, callers: tuple[str | None, ...], call: CachedCall) -> None:
        self._ask([self._read(*caller, call) for caller in enumerate(callers)])

    @rule(process=PROCESSES, caller=CALLERS, call=ASKED, halt=HALTS)
    def ask_slowly(self, process: int, caller: str | None, call: CachedCall, halt: Halt) -> None:
        self._ask_slowly(self._read(process, caller, call, halt=halt))

    @rule(process=PROCESSES, caller=WRITERS, call=ASKED)
    def ask_with_overlay(self, process: int, caller: str, call: CachedCall) -> None:
        self._ask([self._read(process, caller, call, OWN[caller])])

    @rule(process=PROCESSES, caller=WRITERS, call=ASKED, halt=HALTS)
    def ask_with_overlay_slowly(
        self, process: int, caller: str, call: CachedCall, halt: Halt
    ) -> None:
        self._ask_slowly(self._read(process, caller, call, OWN[caller], halt=halt))

    @precondition(lambda self: self.halted)
    @rule(which=ANY)
    def go_on(self, which: int) -> None:
        self.runner.run(self.halted.pop(which % len(self.halted)).go_on())
        self._check()

    @rule(commits=ANY)
    def replicate(self, commits: int) -> None:
        self.database.replica += commits % (self.database.newest - self.database.replica + 1)

    @rule(which=st.none() | ANY)
    def evict(self, which: int | None) -> None:
        """Forget one key, or all."""
        run = self.runner.run(self.processes[0].link.run_id())
        keys = sorted(self.redis.execute("KEYS", f"*{run}*{self.tenant.hex}*"))
        for key in keys if which is None else keys[which % max(1, len(keys)) :][:1]:
            self.redis.execute("DEL", key)

    @precondition(lambda self: not self.has_saved)
    @rule()
    def save(self) -> None:
        self.has_saved = True
        self.redis.save()

    @precondition(lambda self: not self.has_restarted)
    @rule()
    def restart(self) -> None:
        """Empty, or as it was saved."""
        self.has_restarted = True
        self.redis.kill()
        self.redis.start()
        for process in self.processes:
            while not self.runner.run(process.link.answers()):
                continue

    def teardown(self) -> None:
        try:
            for read in self.reads:
                self.runner.run(read.go_on())
            self.runner.run(self._ended())
            self._check()
        finally:
            self.runner.run(self._close())
            self.runner.close()

    def _committed(self, writer: str, tags: frozenset[str]) -> Change:
        self.writes[writer] = self.database.commit(tags)
        return Change(tags, self.writes[writer])

    def _deliver(self, change: Change, number: int, process: int) -> None:
        cache, position = self.processes[process].cache, position_at(number)
        while not self.runner.run(cache.invalidate(self.tenant, change.tags, position)):
            continue
        for tag in change.tags:
            self.delivered[tag] = max(self.delivered[tag], number)

    def _read(
        self, process: int, caller: str | None, *calls: CachedCall, halt: Halt | None = None
    ) -> Read:
        least = {tag: self.database.version(tag, self.delivered[tag]) for tag in TAGS}
        wanted = self.writes.get(caller, 0) if caller else None
        return Read(self.processes[process], calls, wanted, least, halt)

    def _ask_slowly(self, read: Read) -> None:
        self.halted.append(read)
        self._ask([read])

    def _ask(self, reads: Sequence[Read]) -> None:
        self.runner.run(self._begin(reads))
        self.reads.extend(reads)
        self._check()

    async def _begin(self, reads: Sequence[Read]) -> None:
        await asyncio.gather(*(read.begin(self.tenant) for read in reads))

    def _check(self) -> None:
        done = [read for read in self.reads if read.task.done()]
        self.reads = [read for read in self.reads if read not in done]
        for read in done:
            for call, (answer, outcome) in zip(read.calls, read.task.result(), strict=True):
                self._check_answer(read, call, answer, outcome)

    def _check_answer(self, read: Read, call: CachedCall, answer: Answer, outcome: Outcome) -> None:
        asked, versions = said_in(answer)
        own = self.database.versions(call, read.wanted)
        self.outcomes[outcome] += 1
        assert asked == [call.name, call.arguments], "another call's answer"
        for tag in call.tags:
            assert versions[tag] >= own[tag], f"{outcome} older than the caller's own change"
            assert outcome == "BYPASS" or versions[tag] >= read.least[tag], (
                f"{outcome} older than a change that was told before"
            )

    async def _ended(self) -> None:
        await asyncio.gather(*(read.task for read in self.reads), return_exceptions=True)

    async def _close(self) -> None:
        for process in self.processes:
            await process.link.close()
