"""The watch of commits goes on after what nobody expects."""

import asyncio
from itertools import count

from sqlalchemy.ext.asyncio import create_async_engine

from application.positions import NOWHERE, Position
from infra.database.arrivals import Arrivals, ArrivalWatch
from infra.database.replicas import Reads


class FailingOnce(Arrivals):
    """Fails at the first commit, and says that it was asked for the next one."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_again = asyncio.Event()
        self._calls = count()

    async def next(self) -> tuple[Position, float]:
        if next(self._calls) == 0:
            raise RuntimeError("Nobody expects this.")
        self.asked_again.set()
        return NOWHERE, 0.0


async def test_it_goes_on_after_an_unexpected_error() -> None:
    arrivals = FailingOnce()
    reads = Reads(create_async_engine("sqlite+aiosqlite://"))
    watching = asyncio.create_task(ArrivalWatch(reads, arrivals).run())
    await asyncio.wait_for(arrivals.asked_again.wait(), 60)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
