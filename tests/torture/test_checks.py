"""The checker finds a planted violation of each kind, and none in a history that keeps all."""

from dataclasses import replace
from typing import Any

import pytest

from tests.torture.bounds import CACHE_SECONDS, CACHE_TWICE_DISTURBED_SECONDS, SLOWEST_CALL_SECONDS
from tests.torture.checks import Checker
from tests.torture.op import Op
from tests.torture.shown import ABSENT, DELETED

POST = "ann 1"


def op(kind: str, at: float, value: int = 0, status: int = 200, **others: Any) -> Op:
    given: dict[str, Any] = {"client": "ann", "server": 0, "known_by": "account", "subject": POST}
    given |= {"kind": kind, "start": at, "end": at + 0.1, "status": status, "value": value}
    return Op(**(given | others))


def create(at: float = 0, post_id: str = "1", **others: Any) -> Op:
    return op("create", at, status=201, seen={"id": post_id, "is_draft": False}, **others)


def edit(at: float, number: int, status: int = 200, **others: Any) -> Op:
    others.setdefault("retry_after", "1")
    return op("edit", at, number, status, seen={"is_draft": False}, **others)


def read(at: float, number: int, **others: Any) -> Op:
    return op("read", at, seen={"number": number}, **others)


def by_anybody(at: float, number: int, x_cache: str = "HIT", **others: Any) -> Op:
    return read(at, number, client="bea", known_by="nothing", x_cache=x_cache, **others)


def favour(at: float, value: int) -> Op:
    return op("favorite", at, value, subject="favourite 1")


def see_favourite(at: float, value: int) -> Op:
    return op("favorites", at, seen={"number": value, "is_set": True}, subject="favourite 1")


GOOD = [
    create(),
    read(1, 0),
    edit(2, 1),
    read(3, 1),
    read(4, 1, known_by="token"),
    edit(5, 2, 503),  # outcome unknown: the old and the new are both true
    read(6, 1),
    read(7, 2),
    read(8, 1, known_by="token"),  # no token was given for what is unknown
    by_anybody(9, 1),
    create(10, replayed=True),
    favour(11, 1),
    see_favourite(12, 1),
    favour(13, 0),
    see_favourite(14, 0),
    op("delete", 15, DELETED, 204),
    read(16, DELETED),
]
PLANTED = {
    "own write unseen (account)": [create(), edit(1, 1), read(2, 0)],
    "own write unseen (both)": [create(), edit(1, 1), read(2, 0, known_by="both")],
    "own write unseen (token)": [create(), edit(1, 1), read(2, 0, known_by="token")],
    "own read went back": [create(), edit(1, 1, 503), read(2, 1), read(3, 0)],
    "invented": [create(), edit(1, 1), read(2, 2)],
    "doubled": [create(), create(1, "2", replayed=True)],
    "stale cache": [create(), edit(1, 1), by_anybody(2 + CACHE_SECONDS, 0)],
    "stale replica": [create(), edit(1, 1), by_anybody(60, 0, "BYPASS")],
    "slow": [read(1, 0, end=2 + SLOWEST_CALL_SECONDS)],
    "no answer": [edit(1, 1, 0)],
    "answer 500": [edit(1, 1, 500)],
    "answer 503": [edit(1, 1, 503, is_problem=False)],
    "503 without Retry-After": [edit(1, 1, 503, retry_after="")],
}


def kinds(*history: Op) -> set[str]:
    checker = Checker()
    for each in history:
        checker.take(each)
    return set(checker.counts())


def test_a_history_that_keeps_all_passes() -> None:
    assert kinds(*GOOD) == set()


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_violation_is_found(kind: str) -> None:
    tried = op("edit", 0, 9, 412) if kind in ("slow", "stale cache", "stale replica") else create()
    assert kinds(tried, *PLANTED[kind]) == {kind}


def test_a_post_that_is_not_there_is_stale() -> None:
    assert kinds(create(), read(1, ABSENT)) == {"own write unseen (account)"}
    assert kinds(create(), by_anybody(60, ABSENT)) == {"stale cache"}


def test_a_favourite_that_is_set_and_not_shown_is_found() -> None:
    assert kinds(favour(0, 1), see_favourite(1, 0)) == {"own write unseen (account)"}
    assert kinds(favour(0, 0), see_favourite(1, 1)) == {"own write unseen (account)"}


def test_what_the_readme_excepts_is_no_violation() -> None:
    """Redis and the primary disturbed at a time, each for another server."""
    own = read(1.5, 0, twice_calm=1)
    assert kinds(create(), edit(1, 1), own) == set()
    assert kinds(create(), edit(1, 1), replace(own, known_by="both")) != set()
    assert kinds(create(), edit(1, 1), replace(own, twice_calm=60)) != set()
    late = by_anybody(CACHE_TWICE_DISTURBED_SECONDS, 0, twice_calm=20)
    assert kinds(create(), edit(1, 1), late) == set()
    assert kinds(create(), edit(1, 1), replace(late, start=50, end=50)) == {"stale cache"}


def test_a_server_that_was_ended_owes_no_answer() -> None:
    assert kinds(edit(1, 1, 0, server_disturbed=True)) == set()
    assert kinds(edit(1, 1, 500, server_disturbed=True)) == {"answer 500"}
