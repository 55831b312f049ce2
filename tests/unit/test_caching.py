"""`@cached` beside a query: which question it asks, and what callers get of the answer."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from application.caching import Absent, Answer, Cache, Question, Tags, cached
from application.handlers import query_handler
from application.unit_of_work import ReadUnitOfWork
from application.views import View
from domain.errors import NotFound
from domain.ids import new_id
from domain.user import Caller, Role
from tests.support.fakes import FakeDatabase, FakeReadUnitOfWork

ANN = Caller(new_id(), Role.AUTHOR, new_id())


class Thing(View):
    """What is asked for."""

    key: str
    of: str = "everyone"


def _tags(key: object, size: int = 1) -> Tags | None:
    return None if key == "unkept" else (f"thing:{key}",)


class Shelf:
    """A cache that gives what it has kept, for ever."""

    def __init__(self) -> None:
        self.kept: dict[Question, Answer] = {}

    async def answer(self, question: Question, load: Callable[[], Awaitable[Answer]]) -> Answer:
        if question not in self.kept:
            self.kept[question] = await load()
        return self.kept[question]


class Things:
    """Reads things."""

    def __init__(self, read_uow: ReadUnitOfWork, cache: Cache, caller: Caller | None) -> None:
        self.read_uow, self.cache, self.caller = read_uow, cache, caller
        self.runs = 0

    async def _own_part(
        self, of_everyone: Callable[[], Awaitable[Thing]], key: object, size: int = 1
    ) -> Thing:
        return (await of_everyone()).model_copy(update={"of": "ann"})

    @query_handler
    @cached(ttl=30, tags=_tags, own_part=_own_part)
    async def get(self, key: object, size: int = 1) -> Thing:
        """Give a thing."""
        self.runs += 1
        if key == "nothing":
            raise NotFound("thing")
        return Thing(key=str(key))


class OtherThings(Things):
    """Has a query of the same name."""

    @query_handler
    @cached(ttl=30, tags=_tags)
    async def get(self, key: object, size: int = 1) -> Thing:
        return Thing(key="other")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def things(shelf: Shelf) -> Things:
    return Things(FakeReadUnitOfWork(FakeDatabase()), shelf, None)


async def test_a_call_and_its_encoded_form_are_one_question(things: Things, shelf: Shelf) -> None:
    assert await things.get("a") == Thing(key="a")
    assert (await things.get.encoded("a")) == Thing(key="a").encoded()
    assert await things.get(key="a") == Thing(key="a")
    assert things.runs == 1
    [question] = shelf.kept
    assert (question.tags, question.ttl) == (("thing:a",), 30)


@pytest.mark.parametrize("key", ["1", 1, True, None, UUID(int=1), str(UUID(int=1)), "b", ["1"]])
async def test_other_values_are_other_questions(things: Things, shelf: Shelf, key: object) -> None:
    others = ["a", "1", 1, True, None, UUID(int=1), str(UUID(int=1)), ["1"]]
    for other in others:
        if (type(other), other) != (type(key), key):
            await things.get(other)
    runs = things.runs
    await things.get(key)
    await things.get(key, 2)
    assert things.runs == runs + 2


async def test_services_with_a_query_of_one_name_share_nothing(
    things: Things, shelf: Shelf
) -> None:
    await things.get("a")
    assert await OtherThings(FakeReadUnitOfWork(FakeDatabase()), shelf, None).get("a") == Thing(
        key="other"
    )


async def test_that_there_is_nothing_is_kept(things: Things, shelf: Shelf) -> None:
    for _ in range(2):
        with pytest.raises(NotFound):
            await things.get.encoded("nothing")
    assert (things.runs, list(shelf.kept.values())) == (1, [Absent("thing")])


async def test_what_has_no_tags_is_not_kept(things: Things, shelf: Shelf) -> None:
    assert [(await things.get("unkept")).key, (await things.get("unkept")).key] == ["unkept"] * 2
    assert (things.runs, shelf.kept) == (2, {})


async def test_inside_another_query_it_reads_with_that_one(things: Things, shelf: Shelf) -> None:
    async with things.read_uow:
        assert await things.get("a") == Thing(key="a")
    assert (things.runs, shelf.kept) == (1, {})


async def test_the_own_part_is_added_to_what_everyone_gets(things: Things, shelf: Shelf) -> None:
    of_ann = Things(FakeReadUnitOfWork(FakeDatabase()), shelf, ANN)
    assert (await of_ann.get("a")).of == "ann"
    assert await of_ann.get.encoded("a") == Thing(key="a", of="ann").encoded()
    assert (await things.get("a")).of == "everyone"
    assert (of_ann.runs, things.runs) == (1, 0)
