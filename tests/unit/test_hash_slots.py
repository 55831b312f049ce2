"""HashSlots for work on passwords: none is lost, and no address has more than its share."""

from contextlib import ExitStack

import pytest
from fastapi import HTTPException, Request

from interface.http.hash_slots import HashSlots, subscriber


def status_without_place(places: HashSlots, address: str) -> int:
    with pytest.raises(HTTPException) as refused, places.one_for(address):
        pass
    assert refused.value.headers == {"Retry-After": "1"}
    return refused.value.status_code


def test_an_address_has_its_share_and_no_more() -> None:
    places = HashSlots()
    with ExitStack() as held:
        for _ in range(50):
            held.enter_context(places.one_for("192.0.2.1"))
        assert status_without_place(places, "192.0.2.1") == 429
        held.enter_context(places.one_for("192.0.2.2"))
    with places.one_for("192.0.2.1"):
        pass


def test_all_places_may_be_taken() -> None:
    places = HashSlots()
    with ExitStack() as held:
        for number in range(100):
            held.enter_context(places.one_for(f"192.0.2.{number}"))
        assert status_without_place(places, "192.0.2.99") == 503
    with places.one_for("192.0.2.99"):
        pass


def test_a_place_is_free_after_a_failure() -> None:
    places = HashSlots()
    for _ in range(50):
        with pytest.raises(ZeroDivisionError), places.one_for("192.0.2.1"):
            raise ZeroDivisionError


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("a socket", "a socket"),
    ],
)
def test_a_subscriber_has_one_share(address: str, expected: str) -> None:
    request = Request({"type": "http", "client": (address, 1)})
    assert subscriber(request) == expected
