"""The nemesis: one or two random faults at a time, healed, and a pause; the same for a seed."""

import asyncio
from collections import Counter
from random import Random

from tests.torture.checks import Checker
from tests.torture.disturbances import Disturbances
from tests.torture.faults import DidNotEnd, Fault
from tests.torture.history import History

_SHORT_RUN_SECONDS = 120
_PAUSE_SECONDS = (0.5, 3)


class Nemesis:
    """Chooses faults until it is told to stop; the last ones are healed then."""

    def __init__(
        self,
        faults: list[Fault],
        chance: Random,
        disturbances: Disturbances,
        history: History,
        checker: Checker,
    ) -> None:
        self.done: Counter[str] = Counter()
        self._faults = faults
        self._chance = chance
        self._disturbances = disturbances
        self._history = history
        self._checker = checker

    async def run(self, seconds: float) -> None:
        """Go on for so long; what was begun is healed, even where this is cancelled."""
        longest = 5 if seconds <= _SHORT_RUN_SECONDS else 20
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while loop.time() < until:
            await asyncio.sleep(self._chance.uniform(*_PAUSE_SECONDS))
            lasting = self._chance.uniform(1, longest)
            await asyncio.gather(*(self._play(fault, lasting) for fault in self._chosen()))

    def _chosen(self) -> list[Fault]:
        weights = [fault.weight for fault in self._faults]
        count = self._chance.choice((1, 1, 2))
        by_target: dict[str, Fault] = {}
        for fault in self._chance.choices(self._faults, weights, k=count):
            # two faults of one program or one way would heal each other
            by_target.setdefault(fault.target.partition(" to ")[0], fault)
        return list(by_target.values())

    async def _play(self, fault: Fault, seconds: float) -> None:
        self.done[fault.kind] += 1
        self._note("begins", fault)
        for part in fault.parts:
            self._disturbances.begin(part)
        try:
            await fault.begin()
            await asyncio.sleep(seconds)
        except DidNotEnd as error:
            self._checker.add("did not end", str(error))
        finally:
            await fault.heal()
            for part in fault.parts:
                self._disturbances.end(part)
            self._note("healed", fault)

    def _note(self, what: str, fault: Fault) -> None:
        self._history.note(fault=fault.name, is_now=what, at=asyncio.get_running_loop().time())
