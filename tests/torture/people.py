"""The clients of a run, each with an account, a source of chance and a way to be known."""

import asyncio
from dataclasses import dataclass
from random import Random

from tests.torture.calls import Calls, Desk
from tests.torture.members import Member
from tests.torture.others import Agency, Reader
from tests.torture.posts import Post
from tests.torture.writers import Writer

_WRITERS, _MEMBERS, _READERS = 4, 2, 2


Client = Writer | Member | Reader | Agency


@dataclass(frozen=True)
class People:
    """All clients."""

    writers: list[Writer]
    members: list[Member]
    readers: list[Reader]
    agency: Agency

    @property
    def all(self) -> list[Client]:
        return [*self.writers, *self.members, *self.readers, self.agency]

    async def run(self, stop: asyncio.Event) -> None:
        """Let all of them go on until they are told to stop; each ends with a whole step."""
        async with asyncio.TaskGroup() as group:
            for client in self.all:
                group.create_task(client.run(stop))

    async def register(self) -> None:
        for client in self.all:
            await client.calls.register()

    async def close(self) -> None:
        for client in self.all:
            await client.calls.close()

    def created(self) -> set[str]:
        """The titles of all posts that were acknowledged."""
        return self.agency.titles.union(*(writer.created for writer in self.writers))

    def said(self) -> set[str]:
        """All comments that were acknowledged."""
        return {text for member in self.members for text in member.said}


def invite(desk: Desk, chance: Random) -> People:
    """Make the clients: every second writer and member carries its Consistency-Token."""
    published: list[Post] = []

    def calls(name: str, number: int = 0) -> Calls:
        return Calls(desk, f"{name}{number}", _own(chance), carries=number % 2 == 1)

    writers = [Writer(calls("writer", n), _own(chance), published) for n in range(_WRITERS)]
    names = [writer.calls.name for writer in writers]
    members = [Member(calls("member", n), _own(chance), published, names) for n in range(_MEMBERS)]
    readers = [Reader(calls("reader", n), _own(chance), published) for n in range(_READERS)]
    return People(writers, members, readers, Agency(calls("agency")))


def _own(chance: Random) -> Random:
    return Random(chance.random())
