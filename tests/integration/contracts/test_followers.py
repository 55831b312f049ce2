"""Followers who get mail: those who want it, have an address, and whose account is open."""

from uuid import UUID

import pytest

from domain.user import User
from tests.integration.contracts.stores import Store, committed, given
from tests.support.samples import NOW, a_user

BEFORE_ALL = UUID(int=0)


async def followed_by(store: Store, *followers: User) -> UUID:
    """Give the id of somebody whom they follow."""
    ann = a_user("ann")
    await given(store, ann, *followers)
    async with committed(store) as uow:
        for follower in followers:
            await uow.follows.add(follower.id, ann, NOW)
    return ann.id


async def test_they_come_in_pages_by_their_ids(store: Store) -> None:
    followers = sorted((a_user(f"u{n}") for n in range(5)), key=lambda user: user.id)
    ann_id = await followed_by(store, *reversed(followers))
    async with store.writing() as uow:
        assert await uow.follows.has_mailed(ann_id)
        assert await uow.follows.count_mailed(ann_id) == 5
        first = await uow.follows.mailed(ann_id, BEFORE_ALL, 3)
        rest = await uow.follows.mailed(ann_id, first[-1].id, 3)
    found = [(each.id, each.email) for each in (*first, *rest)]
    assert found == [(user.id, user.email) for user in followers]
    assert len(first) == 3


@pytest.mark.parametrize(
    "without",
    [{"mails": False}, {"is_active": False}, {"email": None}],
    ids=lambda without: next(iter(without)),
)
async def test_others_are_left_out(store: Store, without: dict[str, object]) -> None:
    ann_id = await followed_by(store, a_user("bob", **without))
    stranger = a_user("cat")
    await given(store, stranger)
    async with store.writing() as uow:
        assert not await uow.follows.has_mailed(ann_id)
        assert await uow.follows.count_mailed(ann_id) == 0
        assert await uow.follows.mailed(ann_id, BEFORE_ALL, 3) == []


async def test_those_of_another_tenant_are_left_out(store: Store) -> None:
    ann_id = await followed_by(store, a_user("bob"))
    async with store.of_another_tenant().writing() as uow:
        assert not await uow.follows.has_mailed(ann_id)
