"""Ids grow with time, and are read in any of their spellings."""

from unittest.mock import patch
from uuid import RFC_4122, UUID

import pytest

from domain.ids import new_id, read_id


def id_at(nanoseconds: int) -> UUID:
    with patch("domain.ids.time.time_ns", return_value=nanoseconds):
        return new_id()


def test_an_id_is_a_uuid_of_version_7() -> None:
    for made in (new_id() for _ in range(100)):
        assert (made.version, made.variant) == (7, RFC_4122)


@pytest.mark.parametrize("now", [0, 1_715_949_015_123_456_789, 253_402_300_799_000_000_000])
def test_an_id_begins_with_its_millisecond(now: int) -> None:
    made = id_at(now)
    assert made.int >> 80 == now // 1_000_000
    assert (made.version, made.variant) == (7, RFC_4122)


def test_ids_sort_by_the_millisecond_they_were_made_in() -> None:
    moments = [1_700_000_000_000_000_000 + step * 1_000_000 for step in range(50)]
    made = [id_at(moment) for moment in moments]
    assert sorted(made) == made
    assert sorted(made, key=str) == made
    assert sorted(made, key=lambda one: one.bytes) == made


def test_ids_of_one_millisecond_differ() -> None:
    with patch("domain.ids.time.time_ns", return_value=1_700_000_000_000_000_000):
        assert len({new_id() for _ in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    "text",
    [
        "018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e",
        "018F2B5C-7D3E-7C1A-9B1E-3F2A1B4C5D6E",
        "018f2b5c7d3e7c1a9b1e3f2a1b4c5d6e",
        "{018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e}",
        "urn:uuid:018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e",
        "URN:UUID:018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e",
    ],
)
def test_an_id_is_read_in_any_spelling(text: str) -> None:
    assert read_id(text) == UUID("018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e")


@pytest.mark.parametrize("text", ["", "post", "018f2b5c", "g" * 32, "018f" * 9, "\ud800", "\0"])
def test_what_is_no_id_is_not_read(text: str) -> None:
    assert read_id(text) is None
