"""Followers who get mail: they want it, their addresses are verified, their accounts open."""

from typing import Any
from uuid import UUID

import pytest

from application.user.ports import FollowRepository
from domain.user import User
from tests.support.samples import NOW, a_user
from tests.support.stores import Store, committed, given

BEFORE_ALL = UUID(int=0)


def a_reader(name: str, **others: Any) -> User:
    return a_user(name, **{"email_verified": True, **others})


async def followed_by(store: Store, *followers: User) -> UUID:
    """Return the id of somebody whom they follow."""
    ann = a_user("ann")
    await given(store, ann, *followers)
    async with committed(store) as uow:
        for follower in followers:
            await uow[FollowRepository].add(follower.id, ann, NOW)
    return ann.id


async def test_they_come_in_pages_by_their_ids(store: Store) -> None:
    followers = sorted((a_reader(f"u{n}") for n in range(5)), key=lambda user: user.id)
    ann_id = await followed_by(store, *reversed(followers))
    async with store.writing() as uow:
        assert await uow[FollowRepository].has_mailed(ann_id)
        assert await uow[FollowRepository].count_mailed(ann_id) == 5
        first = await uow[FollowRepository].mailed(ann_id, BEFORE_ALL, 3)
        rest = await uow[FollowRepository].mailed(ann_id, first[-1].id, 3)
    found = [(each.id, each.email) for each in (*first, *rest)]
    assert found == [(user.id, user.email) for user in followers]
    assert len(first) == 3


@pytest.mark.parametrize(
    "without",
    [{"mails": False}, {"is_active": False}, {"email_verified": False}],
    ids=lambda without: next(iter(without)),
)
async def test_others_are_left_out(store: Store, without: dict[str, Any]) -> None:
    ann_id = await followed_by(store, a_reader("bob", **without))
    stranger = a_user("cat")
    await given(store, stranger)
    async with store.writing() as uow:
        assert not await uow[FollowRepository].has_mailed(ann_id)
        assert await uow[FollowRepository].count_mailed(ann_id) == 0
        assert await uow[FollowRepository].mailed(ann_id, BEFORE_ALL, 3) == []


async def test_those_of_another_tenant_are_left_out(store: Store) -> None:
    ann_id = await followed_by(store, a_reader("bob"))
    async with store.of_another_tenant().writing() as uow:
        assert not await uow[FollowRepository].has_mailed(ann_id)
