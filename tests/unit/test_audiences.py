"""`audiences` of a cached query: who gets which answer, and which of them are shared."""

from uuid import UUID

import pytest

from application.audiences import Held
from application.caching import Audiences, Cache, Tags, cached
from application.handlers import query_handler
from application.unit_of_work import ReadUnitOfWork
from application.views import Closed, View, closed_in
from domain.caller import Audience, Caller, Role
from domain.ids import new_id
from tests.support.stores import Store
from tests.unit.test_caching import DictCache

FIRST, SECOND, LATER = sorted(new_id() for _ in range(3))
ANN, BOB, CID, DAN = (Caller(new_id(), Role.READER) for _ in range(4))
ED = Caller(new_id(), Role.EDITOR)
HELD = {BOB.id: {FIRST}, CID.id: {FIRST, SECOND}, DAN.id: {LATER}}
OF_FIRST, OF_SECOND, OF_LATER = ((FIRST, ANN.id),), ((SECOND, None),), ((LATER, None),)
BOTH = OF_FIRST + OF_SECOND


class Letter(View):
    """Says for whom it was read."""

    of: str


class ClosedLetter(Letter):
    """One that is not for all."""

    lacks_members: bool
    for_holders: tuple[tuple[UUID, UUID | None], ...]

    def _closed(self) -> Closed | None:
        return Closed(self.lacks_members, self.for_holders)


def _tags(key: str) -> Tags:
    return ("letters",)


def _tags_of_held(by: UUID) -> Tags:
    return (f"held:{by}",)


class Letters:
    """Reads letters, and counts it."""

    def __init__(self, read_uow: ReadUnitOfWork, cache: Cache, caller: Caller | None) -> None:
        self.read_uow, self.cache, self.caller = read_uow, cache, caller
        self.closed: Closed | None = None
        self.closed_meanwhile: Closed | None = None
        self.read: list[str] = []

    async def _of_caller(self, key: str) -> Letter:
        return self._made("one caller", None)

    async def _of_audience(self, key: str, audience: Audience) -> Letter:
        names = {FIRST: "first", SECOND: "second"}
        held = " and ".join(names[each] for each in audience.held)
        return self._made(held or "members", self.closed_meanwhile)

    @cached(ttl=30, tags=_tags_of_held)
    async def _held(self, by: UUID) -> Held:
        self.read.append("held")
        return Held(ids=frozenset(HELD.get(by, ())), is_whole=by != DAN.id)

    @query_handler
    @cached(ttl=30, tags=_tags, fallback=_of_caller, audiences=Audiences(_of_audience, _held))
    async def get(self, key: str) -> Letter:
        """Return a letter."""
        return self._made("all", self.closed)

    def _made(self, of: str, closed: Closed | None) -> Letter:
        self.read.append(of)
        if closed is None:
            return Letter(of=of)
        fields = {"lacks_members": closed.lacks_members, "for_holders": closed.for_holders}
        return ClosedLetter(of=of, **fields)


@pytest.fixture
def cache() -> DictCache:
    return DictCache()


async def asked(
    store: Store, cache: DictCache, who: Caller | None, closed: Closed | None, *meanwhile: Closed
) -> tuple[str, list[str]]:
    """Ask twice: what is answered, and what was read for it."""
    letters = Letters(store.reading(), cache, who)
    letters.closed = closed
    letters.closed_meanwhile = closed_in(meanwhile)
    first, again = await letters.get("a"), await letters.get("a")
    assert first.of == again.of
    return first.of, letters.read


@pytest.mark.parametrize(
    ("closed", "of"),
    [
        (None, ["all"] * 6),
        (Closed(True), ["all", *["members"] * 5]),
        (Closed(False, OF_FIRST), ["all", "first", "first", "first", "first", "all"]),
        (Closed(True, OF_FIRST), ["all", "first", "first", "first", "first", "members"]),
        (
            Closed(True, BOTH),
            ["all", "first", "first", "first and second", "first and second", "members"],
        ),
    ],
    ids=["open", "members", "holders", "both", "two things"],
)
async def test_each_audience_shares_an_answer(
    store: Store, cache: DictCache, closed: Closed | None, of: list[str]
) -> None:
    eve, read = Caller(new_id(), Role.READER), list[str]()
    for who, expected in zip((None, ANN, BOB, CID, ED, eve), of, strict=True):
        answer, by_this = await asked(store, cache, who, closed)
        assert answer == expected, who
        read += by_this
    answers = [each for each in read if each != "held"]
    assert len(answers) == len(set(of))
    # an editor's role, and an owner's id, need no look at what they hold
    for_holders = closed.for_holders if closed else ()
    assert read.count("held") == (0, 3, 4)[len(for_holders)]


async def test_who_holds_too_much_gets_an_own_answer(store: Store, cache: DictCache) -> None:
    answer, read = await asked(store, cache, DAN, Closed(False, OF_FIRST))
    assert (answer, read) == ("one caller", ["all", "held", *["one caller"] * 2])


async def test_what_was_closed_meanwhile_is_asked_for_anew(store: Store, cache: DictCache) -> None:
    """Between two lookups something came that this audience does not know of."""
    closed = Closed(True, OF_FIRST)
    answer, _ = await asked(store, cache, BOB, closed, closed, Closed(False, OF_LATER))
    assert answer == "one caller"
    answer, _ = await asked(store, DictCache(), BOB, closed, closed)
    assert answer == "first"
