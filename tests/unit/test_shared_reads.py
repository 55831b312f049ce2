"""Batched reads: which callers share a read, and what a cancelled caller affects."""

import asyncio
from collections.abc import Sequence

import pytest

from infra.cache.shared_reads import SharedReads, Values


class Server:
    """Answers with how many reads there were, once it may."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.may_answer = asyncio.Event()

    async def read(self, keys: Sequence[str]) -> Values:
        self.asked.append(list(keys))
        number = len(self.asked)
        await self.may_answer.wait()
        return [b"%d" % number for _ in keys]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def reads(server: Server) -> SharedReads:
    return SharedReads(server.read)


def asking(reads: SharedReads, *keys: str) -> asyncio.Task[Values]:
    async def ask() -> Values:
        return await reads.get(keys)

    return asyncio.create_task(ask())


async def turn() -> None:
    """Let all tasks go on that can."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_waits_in_the_same_moment_shares_a_read(
    reads: SharedReads, server: Server
) -> None:
    tasks = [asking(reads, "a", "f"), asking(reads, "b", "f"), asking(reads, "a", "f")]
    server.may_answer.set()
    answers = await asyncio.gather(*tasks)
    assert server.asked == [["a", "f", "b"]]
    assert answers[0] is answers[2]


async def test_nobody_joins_a_read_that_was_sent(reads: SharedReads, server: Server) -> None:
    first = asking(reads, "a")
    await turn()
    second = asking(reads, "a")
    await turn()
    assert len(server.asked) == 1
    server.may_answer.set()
    assert [await task for task in (first, second)] == [[b"1"], [b"2"]]


async def test_one_who_gives_up_takes_it_from_nobody(reads: SharedReads, server: Server) -> None:
    quitter, other = asking(reads, "a"), asking(reads, "a")
    await turn()
    quitter.cancel()
    server.may_answer.set()
    assert await other == [b"1"]
    with pytest.raises(asyncio.CancelledError):
        await quitter


async def test_a_failure_reaches_all_who_shared_it_and_no_later_one(reads: SharedReads) -> None:
    async def failing(keys: Sequence[str]) -> Values:
        raise OSError("gone")

    async def working(keys: Sequence[str]) -> Values:
        return [b"there"]

    reads._read = failing
    for task in (asking(reads, "a"), asking(reads, "a")):
        with pytest.raises(OSError, match="gone"):
            await task
    reads._read = working
    assert await asking(reads, "a") == [b"there"]


@pytest.mark.parametrize("has_begun", [True, False])
async def test_the_end_of_the_process_leaves_nobody_waiting(
    reads: SharedReads, server: Server, has_begun: bool
) -> None:
    sent = asking(reads, "a")
    await asyncio.sleep(0)
    if has_begun:
        await turn()
    waiting = asking(reads, "b")
    await asyncio.sleep(0)
    assert reads._task
    reads._task.cancel()
    for task in (sent, waiting):
        with pytest.raises(asyncio.CancelledError):
            await task
    server.may_answer.set()
    assert await asking(reads, "c") == [b"%d" % len(server.asked)]


def test_another_loop_has_reads_of_its_own() -> None:
    async def read(keys: Sequence[str]) -> Values:
        return [b"there" for _ in keys]

    shared = SharedReads(read)

    async def ask() -> Values:
        return await shared.get(("a",))

    assert [asyncio.run(ask()) for _ in range(2)] == [[b"there"]] * 2
