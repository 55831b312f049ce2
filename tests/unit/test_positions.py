"""Positions: how they join and compare, and how MySQL writes them."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.positions import NOWHERE, CallerPosition, Position
from domain.ids import new_id
from infra.database.positions import (
    NoUserPositions,
    UnknownUserPositions,
    format_gtids,
    parse_gtids,
)

A, B = "3e11fa47-71ca-11e1-9e33-c80aa9429562", "4e11fa47-71ca-11e1-9e33-c80aa9429562"
SOURCES = st.sampled_from([A, B, f"{A}:tag", f"{A}:_other", f"{B}:tag"])
POSITIONS = st.builds(Position, st.dictionaries(SOURCES, st.integers(1, 2**63 - 1)))
# small numbers meet more often
CLOSE = st.builds(Position, st.dictionaries(st.sampled_from([A, B]), st.integers(1, 3)))


@settings(deadline=None)
@given(CLOSE, CLOSE)
def test_joining_is_commutative(one: Position, other: Position) -> None:
    assert one.joined(other) == other.joined(one)


@settings(deadline=None)
@given(CLOSE, CLOSE, CLOSE)
def test_joining_is_associative(one: Position, two: Position, three: Position) -> None:
    assert one.joined(two).joined(three) == one.joined(two.joined(three))


@settings(deadline=None)
@given(CLOSE)
def test_joining_is_idempotent_and_nowhere_adds_nothing(one: Position) -> None:
    assert one.joined(one) == one.joined(NOWHERE) == NOWHERE.joined(one) == one


@settings(deadline=None)
@given(CLOSE, CLOSE, CLOSE)
def test_a_join_is_the_earliest_that_reaches_both(
    one: Position, other: Position, later: Position
) -> None:
    joined = one.joined(other)
    assert joined.reaches(one)
    assert joined.reaches(other)
    assert later.reaches(joined) == (later.reaches(one) and later.reaches(other))


@settings(deadline=None)
@given(CLOSE, CLOSE)
def test_what_is_beyond_is_what_is_missing(one: Position, other: Position) -> None:
    beyond = one.beyond(other)
    assert one.reaches(beyond)
    assert other.joined(beyond) == other.joined(one)
    assert other.reaches(one) == (not beyond)


@pytest.mark.parametrize(
    ("one", "other", "reaches"),
    [
        ({}, {}, True),
        ({A: 5}, {}, True),
        ({A: 5}, {A: 5}, True),
        ({A: 5}, {A: 4}, True),
        ({A: 5}, {A: 6}, False),
        ({A: 5}, {B: 1}, False),
        ({}, {A: 1}, False),
        ({A: 5, B: 2}, {A: 5, B: 3}, False),
    ],
)
def test_one_position_reaches_another(
    one: dict[str, int], other: dict[str, int], reaches: bool
) -> None:
    assert Position(one).reaches(Position(other)) is reaches


def test_only_nowhere_is_nothing() -> None:
    assert not NOWHERE
    assert Position({A: 1})


def test_joining_leaves_both_as_they_were() -> None:
    one, other = Position({A: 1}), Position({A: 2, B: 1})
    one.joined(other)
    assert (one, other) == (Position({A: 1}), Position({A: 2, B: 1}))


def test_a_caller_never_goes_back() -> None:
    caller = CallerPosition()
    for sequence in (5, 3):
        caller.advance(Position({A: sequence}))
    caller.advance(Position({B: 1}))
    assert caller.value == Position({A: 5, B: 1})


@pytest.mark.parametrize(
    ("gtids", "sequences"),
    [
        ("", {}),
        (f"{A}:1", {A: 1}),
        (f"{A}:23", {A: 23}),
        (f"{A}:1-5", {A: 5}),
        (f"{A}:1-5:7", {A: 7}),
        (f"{A}:1-5:7-9:11-18", {A: 18}),
        (f"{A}:7-9:1-5", {A: 9}),
        (f"{A}:1-9223372036854775806", {A: 2**63 - 2}),
        (f"{A}:1-5,{B}:1-3", {A: 5, B: 3}),
        (f"{A}:1-5,\n{B}:1-3:5", {A: 5, B: 5}),
        (f"{A}:1-5, {B}:2", {A: 5, B: 2}),
        (f"{A}:1-5,{A}:9", {A: 9}),
        (f"{A}:tag:3", {f"{A}:tag": 3}),
        (f"{A}:1-5:tag:1-3:7", {A: 5, f"{A}:tag": 7}),
        (f"{A}:1-3:_b:4:tag:5-6", {A: 3, f"{A}:_b": 4, f"{A}:tag": 6}),
        (f"{A}:tag:3,{B}:4", {f"{A}:tag": 3, B: 4}),
        (f"{A}:tag2:3,{A}:tag:4", {f"{A}:tag2": 3, f"{A}:tag": 4}),
    ],
)
def test_gtid_sets_are_read(gtids: str, sequences: dict[str, int]) -> None:
    assert parse_gtids(gtids) == Position(sequences)


def test_one_exact_gtid_is_written_for_each_source() -> None:
    position = Position({A: 5, f"{A}:tag": 3, B: 7})
    assert format_gtids(position) == f"{A}:5,{A}:tag:3,{B}:7"
    assert format_gtids(NOWHERE) == ""


@settings(deadline=None)
@given(POSITIONS)
def test_what_is_written_is_read_again(position: Position) -> None:
    assert parse_gtids(format_gtids(position)) == position


@pytest.fixture
def ann() -> UUID:
    return new_id()


async def test_without_replicas_nothing_waits(ann: UUID) -> None:
    kept = NoUserPositions()
    await kept.store(ann, Position({A: 5}))
    assert await kept.get(ann) == NOWHERE


async def test_without_redis_no_position_is_known(ann: UUID) -> None:
    kept = UnknownUserPositions()
    await kept.store(ann, Position({A: 5}))
    assert await kept.get(ann) is None
