"""`@cached` beside a query: which call it asks, and what callers get of the answer."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from application.caching import Absent, Answer, Cache, CachedCall, Overlay, Tags, cached, on_views
from application.handlers import query_handler
from application.unit_of_work import ReadUnitOfWork
from application.views import Encoded, View
from domain.caller import Caller, Role
from domain.errors import NotFound
from domain.ids import new_id
from tests.support.stores import Store

ANN = Caller(new_id(), Role.AUTHOR)


class Thing(View):
    """What is asked for."""

    key: str
    of: str = "everyone"


def _tags(key: object, size: int = 1) -> Tags | None:
    return None if key == "unkept" else (f"thing:{key}",)


class Own(View):
    """What one caller adds."""

    of: str


def _tags_of_own(key: object, size: int, by: UUID) -> Tags:
    return (f"own:{by}",)


def _with_own(thing: Thing, own: Own) -> Thing:
    return thing.model_copy(update=dict(own))


def _tags_of_all(by: UUID) -> Tags:
    return (f"own:{by}",)


def _added(thing: Encoded, own: Own) -> Encoded | None:
    return on_views(Thing, _with_own)(thing, own) if own.of else None


class DictCache:
    """A cache that gives what it has kept, for ever."""

    def __init__(self) -> None:
        self.kept: dict[CachedCall, Answer] = {}

    async def get_or_load(self, call: CachedCall, load: Callable[[], Awaitable[Answer]]) -> Answer:
        if call not in self.kept:
            self.kept[call] = await load()
        return self.kept[call]


class Things:
    """Reads things."""

    def __init__(self, read_uow: ReadUnitOfWork, cache: Cache, caller: Caller | None) -> None:
        self.read_uow, self.cache, self.caller = read_uow, cache, caller
        self.runs = self.own_runs = 0
        self.own_is_whole = True

    @cached(ttl=30, tags=_tags_of_own)
    async def _own(self, key: object, size: int, by: UUID) -> Own:
        self.own_runs += 1
        return Own(of=f"{by}")

    async def _fallback(self, key: object, size: int = 1) -> Thing:
        return Thing(key=f"{key} of ann")

    @query_handler
    @cached(ttl=30, tags=_tags, overlay=Overlay(_own, on_views(Thing, _with_own)))
    async def get(self, key: object, size: int = 1) -> Thing:
        """Return a thing."""
        self.runs += 1
        if key == "nothing":
            raise NotFound("thing")
        return Thing(key=str(key))

    @cached(ttl=30, tags=_tags_of_all)
    async def _own_of_all(self, by: UUID) -> Own:
        self.own_runs += 1
        return Own(of=f"{by}" if self.own_is_whole else "")

    async def _own_of_answer(self, answer: Encoded, by: UUID) -> Own:
        return Own(of="ann, by the answer")

    @query_handler
    @cached(
        ttl=30,
        tags=_tags,
        overlay=Overlay(_own_of_all, _added, for_all=True, of_answer=_own_of_answer),
    )
    async def get_owned(self, key: object, size: int = 1) -> Thing:
        """Return a thing."""
        return Thing(key=str(key))

    @query_handler
    @cached(ttl=30, tags=_tags, fallback=_fallback)
    async def get_shown(self, key: object, size: int = 1) -> Thing:
        """Return a thing, to its owner also where it is hidden."""
        self.runs += 1
        if key == "hidden":
            raise NotFound("thing")
        return Thing(key=str(key))


class OtherThings(Things):
    """Has a query of the same name."""

    @query_handler
    @cached(ttl=30, tags=_tags)
    async def get(self, key: object, size: int = 1) -> Thing:
        return Thing(key="other")


@pytest.fixture
def cache() -> DictCache:
    return DictCache()


@pytest.fixture
def things(store: Store, cache: DictCache) -> Things:
    return Things(store.reading(), cache, None)


async def test_a_call_and_its_encoded_form_are_one_question(
    things: Things, cache: DictCache
) -> None:
    assert await things.get("a") == Thing(key="a")
    assert (await things.get.encoded("a")) == Thing(key="a").encoded()
    assert await things.get(key="a") == Thing(key="a")
    assert things.runs == 1
    [call] = cache.kept
    assert (call.tags, call.ttl) == (("thing:a",), 30)


@pytest.mark.parametrize("key", ["1", 1, True, None, UUID(int=1), str(UUID(int=1)), "b", ["1"]])
async def test_other_values_are_other_questions(
    things: Things, cache: DictCache, key: object
) -> None:
    others = ["a", "1", 1, True, None, UUID(int=1), str(UUID(int=1)), ["1"]]
    for other in others:
        if (type(other), other) != (type(key), key):
            await things.get(other)
    runs = things.runs
    await things.get(key)
    await things.get(key, 2)
    assert things.runs == runs + 2


async def test_services_with_a_query_of_one_name_share_nothing(
    store: Store, things: Things, cache: DictCache
) -> None:
    await things.get("a")
    assert await OtherThings(store.reading(), cache, None).get("a") == Thing(key="other")


async def test_that_there_is_nothing_is_kept(things: Things, cache: DictCache) -> None:
    for _ in range(2):
        with pytest.raises(NotFound):
            await things.get.encoded("nothing")
    assert (things.runs, list(cache.kept.values())) == (1, [Absent("thing")])


async def test_what_has_no_tags_is_not_kept(things: Things, cache: DictCache) -> None:
    assert [(await things.get("unkept")).key, (await things.get("unkept")).key] == ["unkept"] * 2
    assert (things.runs, cache.kept) == (2, {})


async def test_inside_another_query_it_reads_with_that_one(
    things: Things, cache: DictCache
) -> None:
    async with things.read_uow:
        assert await things.get("a") == Thing(key="a")
    assert (things.runs, cache.kept) == (1, {})


async def test_the_overlay_is_added_to_what_everyone_gets(
    store: Store, things: Things, cache: DictCache
) -> None:
    of_ann = Things(store.reading(), cache, ANN)
    expected = Thing(key="a", of=f"{ANN.id}")
    assert await of_ann.get("a") == expected
    assert await of_ann.get.encoded("a") == expected.encoded()
    assert (await things.get("a")).of == "everyone"
    assert (of_ann.runs, of_ann.own_runs, things.runs) == (1, 1, 0)


async def test_each_caller_has_an_own_part(store: Store, cache: DictCache) -> None:
    bob = Caller(new_id(), Role.AUTHOR)
    for caller in (ANN, bob, ANN):
        things = Things(store.reading(), cache, caller)
        assert (await things.get("a")).of == f"{caller.id}"
    _, *own = cache.kept
    assert [call.tags for call in own] == [(f"own:{ANN.id}",), (f"own:{bob.id}",)]


async def test_a_call_tells_of_its_overlay(store: Store, things: Things, cache: DictCache) -> None:
    of_ann = Things(store.reading(), cache, ANN)
    expected = await of_ann.get.encoded("a")
    shared, own = cache.kept
    assert shared.overlay
    assert shared.overlay.call_of(ANN.id) == own
    kept = [answer for answer in cache.kept.values() if isinstance(answer, Encoded)]
    assert shared.overlay.added(*kept) == expected


async def test_an_overlay_for_all_calls_is_one_entry(store: Store, cache: DictCache) -> None:
    of_ann = Things(store.reading(), cache, ANN)
    for key in ("a", "b"):
        assert (await of_ann.get_owned(key)).of == f"{ANN.id}"
    first, own, second = cache.kept
    assert (of_ann.own_runs, own.arguments.count(str(ANN.id))) == (1, 1)
    for shared in (first, second):
        assert shared.overlay
        assert shared.overlay.call_of(ANN.id) == own


async def test_where_an_overlay_does_not_suffice_one_of_the_answer_does(
    store: Store, cache: DictCache
) -> None:
    of_ann = Things(store.reading(), cache, ANN)
    of_ann.own_is_whole = False
    expected = Thing(key="a", of="ann, by the answer")
    assert await of_ann.get_owned("a") == expected
    assert await of_ann.get_owned.encoded("a") == expected.encoded()
    shared, _ = cache.kept
    kept = [answer for answer in cache.kept.values() if isinstance(answer, Encoded)]
    assert shared.overlay
    assert shared.overlay.added(*kept) is None


async def test_what_is_not_cached_has_no_overlay_that_is(store: Store, cache: DictCache) -> None:
    of_ann = Things(store.reading(), cache, ANN)
    assert (await of_ann.get_owned("unkept")).of == "ann, by the answer"
    assert (await of_ann.get("unkept")).of == f"{ANN.id}"
    assert cache.kept == {}


async def test_inside_another_query_the_overlay_is_added_too(
    store: Store, cache: DictCache
) -> None:
    of_ann = Things(store.reading(), cache, ANN)
    async with of_ann.read_uow:
        assert (await of_ann.get("a")).of == f"{ANN.id}"


async def test_without_an_overlay_all_callers_get_the_same_bytes(
    store: Store, things: Things, cache: DictCache
) -> None:
    of_ann = Things(store.reading(), cache, ANN)
    shared = await things.get_shown.encoded("a")
    assert await of_ann.get_shown.encoded("a") is shared
    assert (of_ann.runs, things.runs) == (0, 1)


@pytest.mark.parametrize("key", ["hidden", "unkept"])
async def test_where_there_is_no_shared_answer_the_fallback_answers(
    store: Store, cache: DictCache, key: str
) -> None:
    of_ann = Things(store.reading(), cache, ANN)
    expected = Thing(key=f"{key} of ann")
    assert await of_ann.get_shown(key) == expected
    assert await of_ann.get_shown.encoded(key) == expected.encoded()


async def test_an_anonymous_caller_has_no_fallback(things: Things) -> None:
    with pytest.raises(NotFound):
        await things.get_shown.encoded("hidden")
    assert (await things.get_shown("unkept")).key == "unkept"
