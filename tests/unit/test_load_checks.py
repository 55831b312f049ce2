"""What `make load` takes for stale, and what it does not."""

from typing import Any

import pytest

from bench.day.checks import Answer, Check, Json, Least, counts, lists, says, shows
from bench.day.tally import Tally

POST: Json = {
    "id": "1",
    "title": "Before",
    "slug": "before",
    "summary": None,
    "tags": ["news"],
    "status": "published",
    "version": 2,
    "favorites_count": 3,
    "comments_count": 4,
    "published_at": "2026-01-02T00:00:00.500000Z",
}


def answer(body: Any, status: int = 200, etag: str = "", outcome: str = "") -> Answer:
    return Answer(status, {"etag": etag, "x-cache": outcome}, body)


def post_answer(etag: str = '"2-abc"', **changes: object) -> Answer:
    return answer(POST | changes, etag=etag)


def page(*items: Json, next_cursor: str | None = None) -> Answer:
    return answer({"items": list(items), "next_cursor": next_cursor})


@pytest.mark.parametrize(
    ("shown", "is_fresh"),
    [
        (post_answer(), True),
        (post_answer('"3-abc"', version=3, title="Another's"), True),
        (post_answer('"1-abc"', version=1), False),
        (post_answer(title="Of another time"), False),
        (post_answer(status="draft"), False),
        (post_answer('"1-abc"'), False),
        (post_answer(""), False),
    ],
)
def test_a_post_shows_a_change_or_a_later_one(shown: Answer, is_fresh: bool) -> None:
    assert shows(POST)(shown) == is_fresh


NEWER = POST | {"id": "2", "published_at": "2026-01-03T00:00:00Z"}
OLDER = POST | {"id": "3", "published_at": "2026-01-02T00:00:00Z"}
DRAFT = POST | {"id": "4", "published_at": None}


@pytest.mark.parametrize(
    ("shown", "is_fresh"),
    [
        (page(NEWER, POST), True),
        (page(POST | {"version": 3, "title": "Another's"}), True),
        (page(POST | {"version": 1}), False),
        (page(NEWER, OLDER), False),
        (page(), False),
        (page(NEWER, OLDER, next_cursor="c"), False),
        (page(NEWER, NEWER, next_cursor="c"), True),
    ],
)
def test_a_list_shows_a_change_or_has_no_room_for_it(shown: Answer, is_fresh: bool) -> None:
    assert lists(POST)(shown) == is_fresh


def test_a_draft_may_be_anywhere_on_pages_that_go_on() -> None:
    assert lists(DRAFT)(page(DRAFT))
    assert not lists(DRAFT)(page())
    assert lists(DRAFT)(page(POST, next_cursor="c"))


@pytest.mark.parametrize("name", ["version", "favorites_count", "comments_count"])
def test_no_number_of_a_post_goes_back(name: str) -> None:
    least = Least.of(POST)
    assert least.is_shown_by(answer(POST))
    assert not least.is_shown_by(answer(POST | {name: POST[name] - 1}))


def test_what_is_known_of_a_post_adds_up() -> None:
    assert Least(2, 0, 5).joined(Least(1, 7, 4)) == Least(2, 7, 5)


def test_a_total_that_is_not_exact_says_nothing() -> None:
    assert not counts(9)(answer({"total": 8, "total_is_exact": True}))
    assert counts(9)(answer({"total": 9, "total_is_exact": True}))
    assert counts(10_005)(answer({"total": 10_000, "total_is_exact": False}))


FOLLOWS = Check("own follow", says(following=True))


def test_a_post_sent_again_is_the_same_post() -> None:
    same = Check("own post sent again", says(id=POST["id"]))
    assert not same.fails(post_answer('"3-abc"', version=3))
    assert same.fails(post_answer(id="2"))
    assert same.fails(answer({"title": "Not found"}, 404))


CACHED = Check("cached", says(following=True), of_cache=True)


def test_what_is_not_there_is_stale() -> None:
    assert Check("own post", shows(POST)).fails(answer({"title": "Not found"}, 404))
    assert not FOLLOWS.fails(answer({"following": True, "username": "ann"}))


@pytest.mark.parametrize(
    ("outcome", "is_made"), [("HIT", True), ("MISS", True), ("BYPASS", False), ("", False)]
)
def test_what_is_promised_of_the_cache_is_not_asked_of_replicas(
    outcome: str, is_made: bool
) -> None:
    behind = answer({"following": False}, outcome=outcome)
    assert Tally().stale_names(behind, [CACHED]) == ["cached"] * is_made
    assert Tally().stale_names(behind, [FOLLOWS]) == ["own follow"]


def test_the_summary_says_what_was_compared_and_what_the_cache_did() -> None:
    tally = Tally()
    for following, outcome in ((True, "HIT"), (False, "HIT"), (False, "MISS"), (False, "BYPASS")):
        tally.stale_names(answer({"following": following}, outcome=outcome), [CACHED])
    assert tally.summary().split("\n") == [
        "",
        "Read again after a change: 3 comparisons, 2 stale",
        "  cached       3       2 stale",
        "X-Cache of 4 reads: BYPASS 25.0%, HIT 50.0%, MISS 25.0%",
        "",
    ]
