"""Families of refresh tokens: one good generation, and what reuse costs."""

from datetime import timedelta

import pytest

from domain.ids import made_at
from domain.token_family import GRACE, LASTING, LIFETIME, TokenFamily
from tests.support.samples import NOW, a_family, a_user

MICROSECOND = timedelta(microseconds=1)
ANN = a_user()


def test_a_login_opens_a_family() -> None:
    family = TokenFamily.opened(ANN.id, NOW)
    assert (family.user_id, family.generation) == (ANN.id, 1)
    assert (family.rotated_at, family.revoked_at) == (NOW, None)
    assert not family.is_over(NOW)


def test_the_newest_token_rotates() -> None:
    family = a_family(ANN)
    for generation in (1, 2, 3):
        now = NOW + timedelta(days=generation)
        family.present(generation, now)
        assert (family.generation, family.rotated_at) == (generation + 1, now)
    assert family.revoked_at is None


@pytest.mark.parametrize("after", [timedelta(0), timedelta(seconds=1), GRACE])
def test_the_one_before_is_good_for_10_seconds(after: timedelta) -> None:
    assert timedelta(seconds=10) == GRACE
    family = a_family(ANN, generation=5)
    family.present(4, NOW + after)
    assert (family.generation, family.rotated_at, family.revoked_at) == (5, NOW, None)


def test_the_one_before_ends_the_family_later() -> None:
    family = a_family(ANN, generation=5)
    late = NOW + GRACE + MICROSECOND
    family.present(4, late)
    assert (family.generation, family.revoked_at) == (5, late)
    assert family.is_over(late)


@pytest.mark.parametrize("generation", [-1, 0, 1, 2, 3, 6, 7])
def test_any_other_generation_ends_the_family_at_once(generation: int) -> None:
    family = a_family(ANN, generation=5)
    family.present(generation, NOW)
    assert (family.generation, family.revoked_at) == (5, NOW)


def test_a_family_ends_after_30_days_unused() -> None:
    assert timedelta(days=30) == LIFETIME
    family = a_family(ANN)
    assert not family.is_over(NOW + LIFETIME)
    assert family.is_over(NOW + LIFETIME + MICROSECOND)
    family.present(1, NOW + LIFETIME)
    assert not family.is_over(NOW + LIFETIME + LIFETIME)


def test_a_revoked_family_is_over_at_once() -> None:
    family = a_family(ANN)
    family.revoke(NOW)
    assert family.is_over(NOW)


def test_a_lasting_family_ends_after_60_days_used_or_not() -> None:
    assert timedelta(days=60) == LASTING
    family = TokenFamily.lasting(ANN.id, NOW, "Firefox")
    assert (family.is_lasting, family.client, a_family(ANN).is_lasting) == (True, "Firefox", False)
    begun = made_at(family.id)
    assert not family.is_over(begun + LASTING)
    assert family.is_over(begun + LASTING + MICROSECOND)
    family.revoke(NOW)
    assert family.is_over(begun)
