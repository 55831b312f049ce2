"""Working copies: one for each post and person, which only takes away what it has shown."""

from dataclasses import replace
from datetime import timedelta

import pytest

from application.unit_of_work import ConcurrentChange
from application.working_copy.ports import WorkingCopyReader, WorkingCopyRepository
from domain.ids import new_id
from domain.revision import PostText
from domain.working_copy import WorkingCopy
from tests.support.samples import NOW
from tests.support.stores import Store, committed


def a_copy() -> WorkingCopy:
    text = PostText("t", None, ("x",), "b")
    return WorkingCopy(new_id(), new_id(), 3, text, NOW)


async def save(store: Store, *copies: WorkingCopy) -> None:
    async with committed(store) as uow:
        for copy in copies:
            await uow[WorkingCopyRepository].save(copy)


async def test_one_that_was_saved_again_is_not_taken(store: Store) -> None:
    copy = a_copy()
    await save(store, copy, replace(a_copy(), user_id=copy.user_id))
    async with store.writing() as uow:
        read = await uow[WorkingCopyReader].get(copy.post_id, copy.user_id)
    assert read
    assert PostText.of(read) == copy.text
    later = replace(copy, based_on=9, saved_at=NOW + timedelta(seconds=1))
    await save(store, later)
    async with store.writing() as uow:
        with pytest.raises(ConcurrentChange):
            await uow[WorkingCopyRepository].take(read, copy.user_id)
    async with committed(store) as uow:
        present = await uow[WorkingCopyReader].get(copy.post_id, copy.user_id)
        assert present
        assert (present.based_on, present.saved_at) == (3, later.saved_at)
        await uow[WorkingCopyRepository].take(present, copy.user_id)
        assert len(await uow[WorkingCopyReader].of_user(copy.user_id, None, 9)) == 1
