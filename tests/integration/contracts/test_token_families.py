"""Families of refresh tokens: of two that rotate one generation, one does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from application.unit_of_work import ConcurrentChange
from application.user.ports import FamilyRepository
from domain.ids import new_id
from domain.token_family import TokenFamily
from tests.support.samples import NOW, a_family, a_user
from tests.support.stores import Store, committed, given

LATER = NOW + timedelta(seconds=1, microseconds=1)


async def load(store: Store, *families: TokenFamily) -> list[TokenFamily | None]:
    async with store.writing() as uow:
        return [await uow[FamilyRepository].get(family.id) for family in families]


async def change(store: Store, family: TokenFamily, generation: int) -> None:
    async with committed(store) as uow:
        await uow[FamilyRepository].store(family, generation)


async def test_a_family_comes_back_as_it_was_stored(store: Store) -> None:
    ann = a_user()
    good, over = a_family(ann), a_family(ann, generation=7, revoked_at=LATER)
    await given(store, good, over)
    assert await load(store, good, over, a_family(ann)) == [good, over, None]


async def test_a_rotated_family_comes_back_as_it_is_then(store: Store) -> None:
    family = a_family(a_user())
    await given(store, family)
    family.present(1, LATER)
    await change(store, family, 1)
    assert await load(store, family) == [family]


async def test_one_generation_is_rotated_once(store: Store) -> None:
    family = a_family(a_user())
    await given(store, family)
    first, second = replace(family), replace(family)
    first.present(1, NOW)
    await change(store, first, 1)
    second.present(1, LATER)
    with pytest.raises(ConcurrentChange):
        await change(store, second, 1)
    assert await load(store, family) == [first]


async def test_storing_what_did_not_change_is_no_conflict(store: Store) -> None:
    family = a_family(a_user(), generation=3)
    await given(store, family)
    await change(store, family, 3)
    assert await load(store, family) == [family]


async def test_a_family_that_was_never_added_cannot_be_stored(store: Store) -> None:
    with pytest.raises(ConcurrentChange):
        await change(store, a_family(a_user()), 1)


async def test_all_other_logins_of_one_user_are_ended(store: Store) -> None:
    ann, bob = a_user(), a_user()
    mine, other, over = a_family(ann), a_family(ann), a_family(ann, revoked_at=NOW)
    of_bob = a_family(bob)
    await given(store, mine, other, over, of_bob)
    async with committed(store) as uow:
        await uow[FamilyRepository].revoke_all_but(ann.id, mine.id, LATER)
    ended = replace(other, revoked_at=LATER)
    assert await load(store, mine, other, over, of_bob) == [mine, ended, over, of_bob]


async def test_logins_of_another_tenant_go_on(store: Store) -> None:
    elsewhere, ann = store.of_another_tenant(), a_user()
    family = a_family(ann)
    await given(elsewhere, family)
    async with committed(store) as uow:
        await uow[FamilyRepository].revoke_all_but(ann.id, new_id(), LATER)
    with pytest.raises(ConcurrentChange):
        await change(store, family, 1)
    assert await load(elsewhere, family) == [family]
