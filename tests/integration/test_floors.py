"""The cache with tag floors, over Redis and over memory: what it keeps, and what it never gives."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from os import urandom
from time import monotonic
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from application.caching import Absent, Answer, CachedCall, Required, TenantCall
from application.positions import NOWHERE, Position
from application.views import Encoded
from domain.ids import new_id
from infra.cache.entry import decode_entry, encode_entry
from infra.cache.entry_store import EntryStore, Lookup
from infra.cache.floor import Floor
from infra.cache.floors import FloorCache
from infra.cache.memory import MemoryStore
from infra.cache.redis import RedisLink
from infra.cache.redis_store import RedisStore
from infra.cache.store import Store
from tests.harness.ports import free_port
from tests.harness.redis_server import RedisServer
from tests.support.waiting import until

TENANT = new_id()
BAD_POSITION = (
    b"bs4"
    + b"0" * 32
    + b'\n{"at":"a::","packed":false,"absent":"","etag":"","slug":"","next":""}\n{}'
)
ODD_POSITION = BAD_POSITION.replace(b'"a::"', b"5")
SOURCE = "3e11fa47-71ca-11e1-9e33-c80aa9429562"


def at(sequence: int) -> Position:
    return Position({SOURCE: sequence})


def call(tags: str = "a", arguments: str = "") -> CachedCall:
    return CachedCall(f"test.{uuid4().hex}", arguments, tuple(tags.split()), 30)


@pytest.fixture(autouse=True)
def tenant(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenant that no other test knows."""
    monkeypatch.setitem(globals(), "TENANT", new_id())


class Primary:
    """Where the primary is, and the answers that it gives, each another one."""

    def __init__(self) -> None:
        self.position: Position | None = at(10)
        self.loads: list[Position] = []
        self.gate: asyncio.Event | None = None
        self.is_empty = False
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    async def where(self) -> Position | None:
        position = self.position
        if self.meanwhile:
            await self.meanwhile()
        return position

    async def load(self, position: Position | None) -> Answer:
        self.loads.append(position or NOWHERE)
        if self.gate:
            await self.gate.wait()
        if self.is_empty:
            return Absent("post")
        return Encoded(f'{{"load":{len(self.loads)}}}'.encode(), '"e"', "slug", "next")


@pytest.fixture
def primary() -> Primary:
    return Primary()


@pytest_asyncio.fixture(params=["memory", "redis"])
async def new_cache(
    request: pytest.FixtureRequest, primary: Primary
) -> AsyncIterator[Callable[[], FloorCache]]:
    """Makes the cache of one process more, on one store."""
    links: list[RedisLink] = []
    memory = MemoryStore()

    def store() -> Store:
        if request.param == "memory":
            return memory
        server: RedisServer = request.getfixturevalue("redis")
        links.append(RedisLink(server.url))
        links[-1].client.connection_pool.connection_kwargs["socket_timeout"] = 5
        return RedisStore(links[-1])

    yield lambda: FloorCache(store(), primary.where, load_limit=5)
    for link in links:
        await link.close()
    await memory.close()


@pytest.fixture
def cache(new_cache: Callable[[], FloorCache]) -> FloorCache:
    return new_cache()


def known(position: Position | None) -> Required:
    async def wanted() -> Position | None:
        return position

    return wanted


async def ask(
    cache: FloorCache,
    primary: Primary,
    asked: CachedCall,
    wanted: Position | None = NOWHERE,
    tenant: UUID | None = None,
) -> tuple[Answer, str]:
    return await cache.get_or_load(tenant or TENANT, asked, known(wanted), primary.load)


async def outcome(
    cache: FloorCache, primary: Primary, asked: CachedCall, wanted: Position = NOWHERE
) -> str:
    return (await ask(cache, primary, asked, wanted))[1]


async def floor_key(cache: FloorCache, tag: str) -> str:
    return f"{await cache.store.load_prefix()}{{{TENANT.hex}}}:floor:{tag}"


async def test_what_was_loaded_is_given_again(cache: FloorCache, primary: Primary) -> None:
    asked = call()
    first, missed = await ask(cache, primary, asked)
    again, hit = await ask(cache, primary, asked)
    assert (missed, hit, len(primary.loads)) == ("MISS", "HIT", 1)
    assert first == again == Encoded(b'{"load":1}', '"e"', "slug", "next")


async def test_that_there_is_nothing_is_kept_too(cache: FloorCache, primary: Primary) -> None:
    asked, primary.is_empty = call(), True
    assert await ask(cache, primary, asked) == (Absent("post"), "MISS")
    assert await ask(cache, primary, asked) == (Absent("post"), "HIT")


async def test_other_names_arguments_and_tenants_are_other_questions(
    cache: FloorCache, primary: Primary
) -> None:
    asked = call()
    await ask(cache, primary, asked)
    for other in (call(), CachedCall(asked.name, "[2]", asked.tags, 30)):
        assert await outcome(cache, primary, other) == "MISS"
    assert (await ask(cache, primary, asked, tenant=new_id()))[1] == "MISS"


@pytest.mark.parametrize("touched", ["a", "b", "c a"])
async def test_a_change_of_any_tag_makes_it_old_for_all(
    new_cache: Callable[[], FloorCache], primary: Primary, touched: str
) -> None:
    reader, writer, asked = new_cache(), new_cache(), call("a b")
    await ask(reader, primary, asked)
    assert await writer.invalidate(TENANT, touched.split(), at(20))
    assert await outcome(reader, primary, asked) == "MISS"
    assert primary.loads[-1].reaches(at(20)), "it is loaded where the change is seen"
    assert await outcome(writer, primary, asked) == "HIT"


async def test_changes_of_other_tags_and_tenants_leave_it(
    cache: FloorCache, primary: Primary
) -> None:
    asked = call("a b")
    await ask(cache, primary, asked)
    await cache.invalidate(TENANT, ["c"], at(20))
    await cache.invalidate(new_id(), ["a"], at(20))
    assert await outcome(cache, primary, asked) == "HIT"


async def test_who_wrote_later_gets_no_older_answer(cache: FloorCache, primary: Primary) -> None:
    asked = call()
    await ask(cache, primary, asked)
    assert await outcome(cache, primary, asked, at(10)) == "HIT"
    assert await outcome(cache, primary, asked, at(11)) == "MISS"
    assert primary.loads[-1].reaches(at(11))
    assert await outcome(cache, primary, asked, at(11)) == "HIT"
    assert await outcome(cache, primary, asked) == "HIT"


async def test_a_late_fill_is_never_given(
    new_cache: Callable[[], FloorCache], primary: Primary
) -> None:
    reader, writer, asked = new_cache(), new_cache(), call()
    primary.gate = asyncio.Event()
    slow = asyncio.create_task(ask(reader, primary, asked))
    await until(lambda: bool(primary.loads), "a load begins")
    await writer.invalidate(TENANT, asked.tags, at(20))
    primary.gate.set()
    assert (await slow)[1] == "MISS"
    assert await outcome(reader, primary, asked) == "MISS"
    assert len(primary.loads) == 2


async def test_200_at_once_over_two_processes_load_once(
    new_cache: Callable[[], FloorCache], primary: Primary
) -> None:
    caches, asked = [new_cache(), new_cache()], call()
    primary.gate = asyncio.Event()
    asking = [asyncio.create_task(ask(caches[n % 2], primary, asked)) for n in range(200)]
    await until(lambda: bool(primary.loads), "a load begins")
    primary.gate.set()
    answers = {answer for answer, _ in await asyncio.gather(*asking)}
    assert (len(answers), len(primary.loads)) == (1, 1)


async def test_who_gets_the_lease_late_finds_what_was_filled_in(
    new_cache: Callable[[], FloorCache], primary: Primary, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, asked = new_cache(), new_cache(), call()
    look = one._entries.lookup

    async def overtaken_look(tenant: UUID, asked: CachedCall) -> Lookup | None:
        seen = await look(tenant, asked)
        overtaken.undo()
        await ask(other, primary, asked)
        return seen

    with monkeypatch.context() as overtaken:
        overtaken.setattr(EntryStore, "lookup", lambda _, *arguments: overtaken_look(*arguments))
        assert (await ask(one, primary, asked))[1] == "MISS"
    assert len(primary.loads) == 1


async def test_a_writer_among_them_gets_an_answer_of_its_own(
    cache: FloorCache, primary: Primary
) -> None:
    asked, primary.gate = call(), asyncio.Event()
    readers = [asyncio.create_task(ask(cache, primary, asked)) for _ in range(20)]
    await until(lambda: bool(primary.loads), "a load begins")
    writer = asyncio.create_task(ask(cache, primary, asked, at(30)))
    await until(lambda: len(primary.loads) == 2, "the writer's load begins")
    primary.gate.set()
    await asyncio.gather(writer, *readers)
    assert [load.reaches(at(30)) for load in primary.loads] == [False, True]


async def test_who_hangs_up_stops_nobody(cache: FloorCache, primary: Primary) -> None:
    asked, primary.gate = call(), asyncio.Event()
    tasks = [asyncio.create_task(ask(cache, primary, asked)) for _ in range(5)]
    await until(lambda: bool(primary.loads), "a load begins")
    tasks[0].cancel()
    primary.gate.set()
    assert len({answer for answer, _ in await asyncio.gather(*tasks[1:])}) == 1
    assert len(primary.loads) == 1


async def test_an_error_is_told_to_all_and_not_kept(cache: FloorCache, primary: Primary) -> None:
    asked = call()

    async def fail(position: Position | None) -> Answer:
        raise ZeroDivisionError

    failed = await asyncio.gather(
        *(cache.get_or_load(TENANT, asked, known(NOWHERE), fail) for _ in range(3)),
        return_exceptions=True,
    )
    assert [type(error) for error in failed] == [ZeroDivisionError] * 3
    began = monotonic()
    assert await outcome(cache, primary, asked) == "MISS"
    assert monotonic() - began < 0.5, "it does not wait for one who gave up"


async def test_what_the_store_forgot_is_laid_anew_where_the_primary_is(
    cache: FloorCache, primary: Primary
) -> None:
    asked = call("a b")
    await ask(cache, primary, asked)
    primary.position = at(50)
    await cache.store.remove(await floor_key(cache, "b"))
    assert await outcome(cache, primary, asked) == "MISS"
    assert primary.loads[-1].reaches(at(50))


async def test_what_the_store_forgot_is_not_behind_an_older_change(
    cache: FloorCache, primary: Primary
) -> None:
    asked, primary.position = call("b"), at(50)
    await ask(cache, primary, asked)
    await cache.store.remove(await floor_key(cache, "b"))
    for late in (at(11), at(12)):
        await cache.invalidate(TENANT, ["b"], late)
    assert await outcome(cache, primary, asked) == "MISS"
    assert primary.loads[-1].reaches(at(50))


@pytest.mark.parametrize("is_forgotten", [False, True])
async def test_a_change_while_a_floor_is_laid_leaves_it_unplaced(
    cache: FloorCache, primary: Primary, is_forgotten: bool
) -> None:
    asked = call("a b")

    async def change() -> None:
        await cache.invalidate(TENANT, ["b"], at(20))
        if is_forgotten:
            await cache.store.remove(await floor_key(cache, "b"))

    primary.meanwhile = change
    assert await outcome(cache, primary, asked) == "BYPASS"
    primary.meanwhile, primary.position = None, at(20)
    assert await outcome(cache, primary, asked) == "MISS"
    assert primary.loads[-1].reaches(at(20))


@pytest.mark.parametrize(
    "value",
    [b"", b"\xff\xfe", b"nonsense", b"0123456789abcdef|x:y", b"0" * 16 + b"|a::", b"0" * 16],
)
async def test_a_floor_that_is_not_ours_is_laid_anew(
    cache: FloorCache, primary: Primary, value: bytes
) -> None:
    asked, primary.position = call(), at(50)
    await ask(cache, primary, asked)
    await cache.store.set(await floor_key(cache, "a"), value, 30)
    assert await outcome(cache, primary, asked) == "MISS"
    assert primary.loads[-1].reaches(at(50))
    assert await outcome(cache, primary, asked) == "HIT"


async def test_floors_that_a_snapshot_brought_back_while_they_were_laid_are_not_seen(
    cache: FloorCache, primary: Primary, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, run, add = call("b"), ["run1:"], cache.store.add

    async def add_after_restart(key: str, value: bytes, seconds: float) -> bool:
        if run[0] == "run1:":
            run[0] = "run2:"
            await add(key, Floor("0" * 16, at(10)).encode(), seconds)
        return await add(key, value, seconds)

    primary.position = at(50)
    monkeypatch.setattr(type(cache.store), "prefix", property(lambda _: run[0]))
    monkeypatch.setattr(cache.store, "add", add_after_restart)
    outcomes = [await outcome(cache, primary, asked) for _ in range(2)]
    assert outcomes == ["BYPASS", "MISS"]
    assert primary.loads[-1].reaches(at(50))


async def test_where_the_primary_does_not_answer_nothing_is_kept(
    cache: FloorCache, primary: Primary
) -> None:
    primary.position, asked = None, call(f"unknown{uuid4().hex}")
    assert [await outcome(cache, primary, asked) for _ in range(2)] == ["BYPASS"] * 2


async def test_what_could_not_be_told_is_seen_in_this_process(primary: Primary) -> None:
    link = RedisLink(f"redis://127.0.0.1:{free_port()}/0")
    cache, asked = FloorCache(RedisStore(link), primary.where, load_limit=5), call("a b")
    assert not await cache.invalidate(TENANT, ["b"], at(20))
    assert not await cache.invalidate(TENANT, ["b"], at(19))
    for wanted in (NOWHERE, at(15)):
        assert await outcome(cache, primary, asked, wanted) == "BYPASS"
        assert primary.loads[-1].reaches(at(20))
    assert (await ask(cache, primary, asked, None))[1] == "BYPASS"
    await link.close()


async def test_what_is_told_behind_the_back_of_a_read_is_seen_by_it(
    new_cache: Callable[[], FloorCache], primary: Primary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its look at the store comes back late, when the store has taken what it had refused."""
    cache, asked = new_cache(), call()
    await ask(cache, primary, asked)
    cache._unsent.add(TENANT, asked.tags, at(20))
    look = cache._entries.lookup

    async def slow_look(tenant: UUID, asked: CachedCall) -> Lookup | None:
        seen = await look(tenant, asked)
        await cache.send_unsent()
        return seen

    monkeypatch.setattr(EntryStore, "lookup", lambda _, *arguments: slow_look(*arguments))
    assert await cache.lookup(TenantCall(TENANT, asked), None) is None
    assert await outcome(cache, primary, asked) == "BYPASS"
    assert primary.loads[-1].reaches(at(20))


async def test_who_wrote_waits_for_nobody_who_loads_less(
    new_cache: Callable[[], FloorCache], primary: Primary
) -> None:
    asked, primary.gate = call(), asyncio.Event()
    reader = asyncio.create_task(ask(new_cache(), primary, asked))
    await until(lambda: bool(primary.loads), "a load begins")
    writer = asyncio.create_task(ask(new_cache(), primary, asked, at(30)))
    await until(lambda: len(primary.loads) == 2, "the writer's load begins")
    primary.gate.set()
    await asyncio.gather(reader, writer)


@pytest.mark.parametrize(
    "value",
    [b"", b"nonsense", b"bs4zz\n{}\n", b"bs4\n[1]\nx", b"bs1\n\n", BAD_POSITION, ODD_POSITION],
)
async def test_what_is_not_ours_is_loaded_and_replaced(
    cache: FloorCache, primary: Primary, value: bytes
) -> None:
    asked = call()
    await ask(cache, primary, asked)
    seen = await cache._lookup(TENANT, asked)
    assert seen
    await cache.store.set(seen.key, value, 30)
    assert await outcome(cache, primary, asked) == "MISS"
    assert await outcome(cache, primary, asked) == "HIT"


@pytest.mark.parametrize("size", [0, 100, 16_384, 300_000])
def test_entries_come_back_as_they_were(size: int) -> None:
    answer, ground = Encoded(b"x" * size, '"1-e"', "pr\u00e9mi\u00e8re"), b"\n" * 16
    written = encode_entry(answer, ground, at(7))
    assert decode_entry(written, ground) == (answer, at(7))
    assert decode_entry(written, b"other") is None
    assert len(written) < 20_000


async def test_memory_has_a_bound() -> None:
    store = MemoryStore(limit_bytes=100_000)
    for number in range(300):
        await store.set(f"key{number}", b"x" * 1000, 30)
    found = await store.get(tuple(f"key{number}" for number in range(300)))
    assert 50 <= sum(value is not None for value in found) <= 100
    assert found[-1] is not None
    await store.close()


async def test_a_store_that_is_down_is_no_stampede(primary: Primary) -> None:
    link = RedisLink(f"redis://127.0.0.1:{free_port()}/0")
    cache, asked = FloorCache(RedisStore(link), primary.where, load_limit=5), call()
    primary.gate = asyncio.Event()
    asking = [asyncio.create_task(ask(cache, primary, asked)) for _ in range(50)]
    await until(lambda: len(primary.loads) == 5, "as many load as may")
    await until(lambda: cache.counts.bypasses == 50, "all others wait")
    assert len(primary.loads) == 5
    primary.gate.set()
    assert {outcome for _, outcome in await asyncio.gather(*asking)} == {"BYPASS"}
    await link.close()


async def test_a_large_entry_is_kept_when_it_is_asked_for_twice(
    cache: FloorCache, primary: Primary
) -> None:
    asked, large = call(), Encoded(urandom(300_000), '"e"')

    async def load(_: Position | None) -> Answer:
        return large

    answers = [await cache.get_or_load(TENANT, asked, known(NOWHERE), load) for _ in range(3)]
    assert answers == [(large, "MISS"), (large, "MISS"), (large, "HIT")]


async def test_a_tenant_that_stored_its_share_gets_answers_that_are_not_kept(
    cache: FloorCache, primary: Primary
) -> None:
    asked, other = call(), new_id()
    cache._entries.quota.limit_bytes = 200
    assert await outcome(cache, primary, asked) == "MISS"
    assert await outcome(cache, primary, call()) == "MISS"
    assert await outcome(cache, primary, asked) == "HIT"
    beyond = call()
    assert [await outcome(cache, primary, beyond) for _ in range(2)] == ["MISS", "MISS"]
    for expected in ("MISS", "HIT"):
        assert (await ask(cache, primary, beyond, tenant=other))[1] == expected
