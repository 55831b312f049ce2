"""What an export reads: every post but the deleted ones, once, with all its addresses."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from application.exporting.ports import ExportReader
from application.exporting.views import ExportedPost
from application.post.ports import PostRepository
from domain.post import Access, AddressKind, Kind, Status
from tests.support.samples import NOW, a_post, a_published_post
from tests.support.stores import Store, committed, given, given_user


async def pages(store: Store, limit: int) -> list[list[UUID]]:
    """The ids on each page, up to the one that is empty."""
    found: list[list[UUID]] = []
    after = None
    while not found or found[-1]:
        async with store.reading() as uow:
            page = await uow[ExportReader].page(after, limit)
        found.append([post.id for post in page])
        after = page[-1].id if page else None
    return found


async def only(store: Store) -> ExportedPost:
    async with store.reading() as uow:
        [post] = await uow[ExportReader].page(None, 10)
    return post


async def test_nothing_is_exported_of_an_empty_blog(store: Store) -> None:
    assert await pages(store, 2) == [[]]
    async with store.reading() as uow:
        assert await uow[ExportReader].count() == 0


async def test_pages_follow_on_one_another(store: Store) -> None:
    ann = await given_user(store)
    posts = [a_post(ann) for _ in range(4)]
    await given(store, *reversed(posts), a_post(ann, deleted_at=NOW))
    ids = sorted((post.id for post in posts), key=lambda post_id: post_id.bytes)
    assert await pages(store, 2) == [ids[:2], ids[2:], []]
    assert await pages(store, 3) == [ids[:3], ids[3:], []]
    async with store.reading() as uow:
        assert await uow[ExportReader].count() == 4


async def test_a_post_comes_with_all_that_it_has(store: Store) -> None:
    ann = await given_user(store, "ann")
    await given(store, replace(ann, id=UUID(int=1), username="bob", display_name="Bob", email=None))
    dates: dict[str, Any] = {
        "created_at": NOW - timedelta(days=1),
        "updated_at": NOW + timedelta(microseconds=1),
    }
    more: dict[str, Any] = {
        "summary": "S",
        "tags": ("b", "a"),
        "byline": "Ann, Bob",
        "body": "+++\r\n",
        **dates,
    }
    post = a_published_post(ann, slug="now", status=Status.ARCHIVED, **more)
    other = a_post(ann)
    await given(store, post, other)
    addresses = {"/a/b": "path", "/z": "alias", "/c": "alias", "y": "slug", "é": "slug"}
    async with committed(store) as uow:
        for address, kind in addresses.items():
            assert await uow[PostRepository].claim(address, post.id, AddressKind(kind))
        assert await uow[PostRepository].claim("/other", other.id, AddressKind.ALIAS)
    async with store.reading() as uow:
        found = {each.id: each for each in await uow[ExportReader].page(None, 10)}
    plain = found[other.id]
    assert found[post.id] == ExportedPost(
        id=post.id,
        slug="now",
        former_slugs=("y", "é"),
        path="/a/b",
        aliases=("/c", "/z"),
        title=post.title,
        username="ann",
        display_name=ann.display_name,
        status=Status.ARCHIVED,
        kind=Kind.POST,
        access=Access.PUBLIC,
        published_at=NOW,
        **more,
    )
    assert (plain.path, plain.former_slugs, plain.aliases) == (None, (), ("/other",))


async def test_other_tenants_are_none_of_its_business(store: Store) -> None:
    other = store.of_another_tenant()
    for tenant in (store, other):
        await given(tenant, a_post(await given_user(tenant)))
    assert (await only(store)).id != (await only(other)).id
    async with other.reading() as uow:
        assert await uow[ExportReader].count() == 1
