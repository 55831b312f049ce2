"""Licences: their windows, their offers, and what must not overlap."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.errors import Conflict, Invalid, NotFound, StaleVersion
from domain.ids import new_id
from domain.licence import (
    OFFERS_LIMIT,
    Licence,
    Offer,
    PlacedOffer,
    Price,
    Window,
    present_offer,
)
from tests.support.samples import NOW

DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
POST, ANOTHER = new_id(), new_id()
PRICE = Price(250, "EUR")


def window(start: int, end: int | None = None) -> Window:
    """From a day to before another one; day 0 is NOW."""
    return Window(NOW + start * DAY, None if end is None else NOW + end * DAY)


def an_offer(start: int, end: int | None = None, post_id: object = POST) -> Offer:
    return Offer(POST if post_id is POST else ANOTHER, PRICE, window(start, end))


def a_licence(start: int = 0, end: int | None = 100) -> Licence:
    return Licence.given("Ink & Sons", None, window(start, end), NOW)


def placed(*licences: Licence) -> list[PlacedOffer]:
    return [
        PlacedOffer(licence.id, number, offer)
        for licence in licences
        for number, offer in licence.offers.items()
    ]


def test_an_offer_that_differs_in_one_field_is_another() -> None:
    assert an_offer(0, 1) == an_offer(0, 1)
    assert len({an_offer(0, 1), an_offer(0, 1), an_offer(0, 2), an_offer(0)}) == 3
    assert Offer(POST, Price(250, "USD"), window(0, 1)) != an_offer(0, 1)


@pytest.mark.parametrize(
    ("one", "other", "does"),
    [
        ((0, 1), (1, 2), False),  # the end is exclusive
        ((0, 2), (1, 3), True),
        ((0, 3), (1, 2), True),
        ((0, 1), (0, 1), True),
        ((0, None), (5, 6), True),
        ((0, None), (5, None), True),
        ((0, 5), (5, None), False),
    ],
)
def test_windows_overlap_both_ways(
    one: tuple[int, int | None], other: tuple[int, int | None], does: bool
) -> None:
    assert window(*one).overlaps(window(*other)) is does
    assert window(*other).overlaps(window(*one)) is does


def test_a_window_is_half_open() -> None:
    day = window(0, 1)
    assert [day.has(NOW + at) for at in (-MICROSECOND, 0 * DAY, DAY - MICROSECOND, DAY)] == [
        False,
        True,
        True,
        False,
    ]
    assert window(0).has(NOW + 1000 * DAY)


def test_a_window_is_in_utc() -> None:
    tokyo = timezone(timedelta(hours=9))
    made = Window.between(datetime(2026, 1, 1, 9, tzinfo=tokyo), None)
    assert (made.starts_at, made.starts_at.tzinfo) == (datetime(2026, 1, 1, tzinfo=UTC), UTC)


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "field"),
    [
        (NOW, NOW, "ends_at"),
        (NOW, NOW - MICROSECOND, "ends_at"),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(-DAY / 2)), None, "starts_at"),
        (NOW, datetime(9000, 1, 1, tzinfo=UTC), "ends_at"),
        (datetime(1, 1, 1, tzinfo=timezone(DAY / 2)), None, "starts_at"),
        (datetime(1969, 12, 31, tzinfo=UTC), None, "starts_at"),
    ],
)
def test_a_bad_window_names_its_field(
    starts_at: datetime, ends_at: datetime | None, field: str
) -> None:
    with pytest.raises(Invalid) as raised:
        Window.between(starts_at, ends_at)
    assert raised.value.field == field


@pytest.mark.parametrize(("amount", "currency"), [(-1, "EUR"), (10**15 + 1, "EUR"), (1, "eur")])
def test_a_bad_price_is_refused(amount: int, currency: str) -> None:
    with pytest.raises(Invalid):
        Price.of(amount, currency)


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [(-1, 5, "starts_at"), (0, 101, "ends_at"), (0, None, "ends_at"), (200, 201, "ends_at")],
)
def test_an_offer_stands_within_its_licence(start: int, end: int | None, field: str) -> None:
    licence = a_licence()
    with pytest.raises(Invalid) as raised:
        licence.add(an_offer(start, end), ())
    assert (raised.value.field, licence.offers) == (field, {})


def test_offers_on_one_post_never_overlap_of_whatever_licence() -> None:
    first, second = a_licence(), a_licence()
    assert first.add(an_offer(0, 10), ()) == 1
    assert second.add(an_offer(10, 20), placed(first, second)) == 1
    with pytest.raises(Conflict, match=f"offer 1 of licence {first.id}"):
        second.add(an_offer(9, 10), placed(first, second))
    assert second.add(an_offer(20, 30), placed(first, second)) == 2


def test_a_window_cuts_no_offer() -> None:
    licence = a_licence()
    licence.add(an_offer(10, 20), ())
    for cut in (window(11, 100), window(0, 19)):
        with pytest.raises(Conflict, match=f"offer 1 of licence {licence.id}"):
            licence.move(cut)
    assert licence.window == window(0, 100)
    licence.move(window(10, 20))
    licence.move(window(10))


def test_an_offer_ends_now_or_is_taken_back() -> None:
    licence = a_licence()
    for start in (0, 5, 10):
        licence.add(an_offer(start, start + 5), ())
    now = NOW + 6 * DAY
    assert [licence.withdraw(number, now) for number in (1, 2, 3)] == [False, True, True]
    assert licence.offers == {1: an_offer(0, 5), 2: an_offer(5, 6)}
    with pytest.raises(NotFound):
        licence.withdraw(3, now)
    # a number is not assigned again
    assert licence.add(an_offer(10, 15), placed(licence)) == 4
    # one that begins at this moment would have no length
    assert licence.withdraw(4, NOW + 10 * DAY)
    assert 4 not in licence.offers


def test_a_licence_with_an_offer_in_force_stays() -> None:
    licence = a_licence()
    licence.add(an_offer(1, 2), ())
    licence.check_removal(NOW)
    with pytest.raises(Conflict, match="offer 1"):
        licence.check_removal(NOW + DAY)
    licence.check_removal(NOW + 2 * DAY)


def test_a_licence_has_so_many_offers() -> None:
    licence = a_licence(0, None)
    for number in range(OFFERS_LIMIT):
        licence.add(an_offer(number, number + 1), ())
    with pytest.raises(Conflict):
        licence.add(an_offer(OFFERS_LIMIT, OFFERS_LIMIT + 1), ())


def test_the_present_offer_is_the_one_in_force() -> None:
    licence = a_licence()
    for start in (5, 0):
        licence.add(an_offer(start, start + 5), ())
    assert present_offer(placed(licence), NOW + 5 * DAY) == an_offer(5, 10)
    with pytest.raises(Conflict):
        present_offer(placed(licence), NOW + 10 * DAY)


def test_another_version_is_refused() -> None:
    licence = a_licence()
    licence.check_version(None)
    licence.check_version(frozenset({1, 7}))
    with pytest.raises(StaleVersion):
        licence.check_version(frozenset({2}))
