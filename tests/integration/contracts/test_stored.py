"""How all aggregates are stored: they come back, no change is lost, and lists have pages."""

from dataclasses import fields, replace
from typing import Any

import pytest

from application.pages import Page, PageQuery
from application.unit_of_work import ConcurrentChange
from domain.errors import Invalid, NotFound
from domain.ids import new_id
from tests.support.aggregates import STORED
from tests.support.stored import Stored
from tests.support.stores import Store, committed

CHANGED = [stored for stored in STORED if stored.change]
LISTED = [stored for stored in STORED if stored.page]


async def added(store: Store, stored: Stored[Any]) -> Any:
    made = stored.make()
    async with committed(store) as uow:
        await uow[stored.port].add(made)
    return made


async def load(store: Store, stored: Stored[Any], id_: Any) -> Any:
    async with store.writing() as uow:
        return await uow[stored.port].get(id_)


async def change(store: Store, stored: Stored[Any], id_: Any) -> Any:
    assert stored.change
    async with committed(store) as uow:
        loaded = await uow[stored.port].get(id_)
        stored.change(loaded)
        await uow[stored.port].store(loaded)
    return loaded


async def page(store: Store, stored: Stored[Any], query: PageQuery) -> Page[Any]:
    assert stored.page
    async with store.reading() as uow:
        return await stored.page(uow, query)


@pytest.mark.parametrize("stored", CHANGED, ids=str)
async def test_one_comes_back_as_changed(store: Store, stored: Stored[Any]) -> None:
    made = await added(store, stored)
    assert await load(store, stored, made.id) == made
    changed = await change(store, stored, made.id)
    assert (changed == replace(made, version=2), changed.version) == (False, 2)
    assert await load(store, stored, made.id) == changed


@pytest.mark.parametrize("stored", CHANGED, ids=str)
async def test_no_change_is_lost(store: Store, stored: Stored[Any]) -> None:
    older = await added(store, stored)
    newer = await change(store, stored, older.id)
    with pytest.raises(ConcurrentChange):
        async with committed(store) as uow:
            await uow[stored.port].store(older)
    assert await load(store, stored, older.id) == newer


@pytest.mark.parametrize("stored", STORED, ids=str)
async def test_what_is_unknown_or_another_tenants_is_not_found(
    store: Store, stored: Stored[Any]
) -> None:
    made = await added(store, stored)
    for place, id_ in ((store, new_id()), (store.of_another_tenant(), made.id)):
        with pytest.raises(NotFound):
            await load(place, stored, id_)


@pytest.mark.parametrize("stored", LISTED, ids=str)
async def test_pages_lead_on_from_the_newest(store: Store, stored: Stored[Any]) -> None:
    made = sorted([(await added(store, stored)).id for _ in range(3)], reverse=True)
    start = await page(store, stored, PageQuery(limit=2))
    rest = await page(store, stored, PageQuery(cursor=start.next_cursor))
    assert [each.id for each in (*start.items, *rest.items)] == made
    assert (len(rest.items), rest.next_cursor, rest.total) == (1, None, 3)
    assert (await page(store.of_another_tenant(), stored, PageQuery())).total == 0
    with pytest.raises(Invalid):
        await page(store, stored, PageQuery(cursor="another's"))


@pytest.mark.parametrize("stored", LISTED, ids=str)
async def test_a_list_shows_what_is_stored(store: Store, stored: Stored[Any]) -> None:
    made = await added(store, stored)
    made = await change(store, stored, made.id) if stored.change else made
    [shown] = (await page(store, stored, PageQuery())).items
    names = [each.name for each in fields(made) if hasattr(shown, each.name)]
    assert [getattr(shown, name) for name in names] == [getattr(made, name) for name in names]
