"""Units of work: what is committed is there, and nothing else is."""

import asyncio
from contextlib import suppress

import pytest

from application.post.ports import PostReader, PostRepository
from application.tenant.ports import TenantRepository
from application.unit_of_work import UnitOfWork, WriteUnitOfWork, WrongTask
from application.user.ports import FamilyRepository, UserReader, UserRepository
from domain.errors import NotFound
from domain.ids import new_id
from domain.post import AddressKind
from domain.tenant import Tenant
from domain.user import User
from tests.support.samples import a_family, a_published_post, a_user, caller
from tests.support.stores import Store, committed, given, given_user

ENDS = ["left without a commit", "an error", "an inner error"]


async def write_everything(uow: WriteUnitOfWork, ann: User) -> None:
    post = a_published_post(ann, slug="slug", tags=("tag",))
    await uow[UserRepository].add(ann)
    await uow[FamilyRepository].add(a_family(ann, id=ann.id))
    await uow[TenantRepository].add(Tenant(ann.id, f"blog of {ann.id}"))
    await uow[PostRepository].claim("slug", post.id, AddressKind.SLUG)
    await uow[PostRepository].add(post)


async def what_is_there(store: Store, ann: User) -> list[bool]:
    async with store.writing() as uow:
        return [
            await uow[UserRepository].called("ann") is not None,
            await uow[FamilyRepository].get(ann.id) is not None,
            await uow[TenantRepository].called(f"blog of {ann.id}") is not None,
            bool(await uow[PostRepository].claimed(["slug"])),
            await uow[PostReader].get("slug", seen_by=None) is not None,
        ]


async def test_what_was_committed_is_there(store: Store) -> None:
    ann = a_user()
    async with committed(store) as uow:
        await write_everything(uow, ann)
    assert await what_is_there(store, ann) == [True] * 5
    async with store.reading() as reads:
        assert await reads[PostReader].get("slug", seen_by=None)


@pytest.mark.parametrize("end", ENDS)
async def test_what_was_not_committed_leaves_nothing(store: Store, end: str) -> None:
    ann = a_user()
    with suppress(ZeroDivisionError, RuntimeError):
        await write_and_end(store.writing(), ann, end)
    assert await what_is_there(store, ann) == [False] * 5


async def write_and_end(uow: WriteUnitOfWork, ann: User, end: str) -> None:
    async with uow:
        await write_everything(uow, ann)
        if end == "an error":
            raise ZeroDivisionError
        if end == "an inner error":
            await fail_inside(uow)
            await uow.commit()


async def fail_inside(uow: UnitOfWork) -> None:
    with pytest.raises(NotFound):
        async with uow:
            raise NotFound("post")


async def test_a_unit_of_work_is_good_again_after_a_failure(store: Store) -> None:
    ann, uow = a_user(), store.writing()
    with pytest.raises(RuntimeError, match="inside this one failed"):
        await write_and_end(uow, ann, "an inner error")
    async with uow:
        await write_everything(uow, ann)
        await uow.commit()
    assert await what_is_there(store, ann) == [True] * 5


async def test_an_inner_commit_waits_for_the_outer_one(store: Store) -> None:
    ann, uow = a_user(), store.writing()
    async with uow:
        async with uow:
            await write_everything(uow, ann)
            await uow.commit()
        async with store.reading() as reads:
            assert await reads[UserReader].person("ann") is None
        await uow.commit()
    assert await what_is_there(store, ann) == [True] * 5


async def test_what_an_inner_handler_committed_goes_with_the_outer_one(store: Store) -> None:
    ann, uow = a_user(), store.writing()
    async with uow, uow:
        await write_everything(uow, ann)
        await uow.commit()
    assert await what_is_there(store, ann) == [False] * 5


async def test_a_transaction_sees_what_it_wrote(store: Store) -> None:
    ann = a_user()
    async with store.writing() as uow:
        await write_everything(uow, ann)
        assert await uow[PostRepository].claimed(["slug"]) == {"slug"}
        post = await uow[PostReader].get("slug", seen_by=None)
        assert post
        assert (await uow[PostRepository].get(post.id)).tags == ("tag",)
        assert await uow[UserReader].account(ann.id)


async def test_another_tenant_sees_nothing_of_it(store: Store) -> None:
    ann, other = await given_user(store), store.of_another_tenant()
    post, family = a_published_post(ann, tags=("tag",)), a_family(ann)
    await given(store, post, family)
    async with store.of_another_tenant().writing() as uow:
        assert await uow[UserRepository].known_as("ann") is None
        assert await uow[FamilyRepository].get(family.id) is None
        assert await uow[PostRepository].claimed([post.slug]) == set()
        assert await uow[PostRepository].claim(post.slug, new_id(), AddressKind.SLUG)
        with pytest.raises(NotFound):
            await uow[PostRepository].get(post.id)
    async with other.reading() as reads:
        assert await reads[UserReader].account(ann.id) is None


async def test_depth_counts_what_is_open(store: Store) -> None:
    for uow in (store.reading(), store.writing()):
        depths = [uow.depth]
        async with uow:
            depths.append(uow.depth)
            async with uow:
                depths.append(uow.depth)
        assert [*depths, uow.depth] == [0, 1, 2, 0]


async def test_another_task_is_refused_while_it_is_open(store: Store) -> None:
    async def enter(uow: UnitOfWork) -> int:
        async with uow:
            return uow.depth

    for uow in (store.reading(), store.writing()):
        async with uow:
            with pytest.raises(WrongTask):
                await asyncio.create_task(enter(uow))
            assert uow.depth == 1
        # once it is closed, any task may have it
        assert await asyncio.create_task(enter(uow)) == 1


async def test_a_read_shows_what_was_committed_since_it_was_made(store: Store) -> None:
    reads = store.reading()
    async with reads:
        assert await reads[UserReader].person("ann") is None
    await given_user(store)
    reads = store.reading()
    async with reads, reads:
        assert await reads[UserReader].person("ann")


async def test_a_commit_keeps_its_position_for_the_caller_and_who_was_named(store: Store) -> None:
    ann, bob, eve = a_user("ann"), a_user("bob"), a_user("eve")
    async with committed(store, caller(ann)) as uow:
        uow.advance_position_of(bob.id)
        await uow[UserRepository].add(eve)
    kept = [await store.has_kept_position_of(user.id) for user in (ann, bob, eve)]
    assert kept in ([True, True, False], [None] * 3)


async def test_whom_a_transaction_named_that_came_to_nothing_is_forgotten(store: Store) -> None:
    ann, bob = a_user("ann"), a_user("bob")
    uow = store.writing(caller(ann))
    async with uow:
        uow.advance_position_of(bob.id)
    async with uow:
        await uow[UserRepository].add(a_user("eve"))
        await uow.commit()
    kept = [await store.has_kept_position_of(user.id) for user in (ann, bob)]
    assert kept in ([True, False], [None] * 2)


async def test_a_refusal_keeps_a_position_for_the_caller_too(store: Store) -> None:
    ann = await given_user(store)
    with pytest.raises(NotFound):
        async with store.writing(caller(ann)) as uow:
            await uow[PostRepository].get(new_id())
    assert await store.has_kept_position_of(ann.id) in (True, None)


async def test_what_ends_in_another_error_keeps_none(store: Store) -> None:
    ann = await given_user(store)
    with pytest.raises(ZeroDivisionError):
        await write_and_end(store.writing(caller(ann)), a_user("bob"), "an error")
    assert await store.has_kept_position_of(ann.id) in (False, None)
