"""Posts as views: who sees which, by which key, and with which fields."""

from datetime import timedelta
from typing import Any

import pytest

from application.post.ports import PostReader, PostRepository
from application.post.views import DeletedPostView, PostView
from application.user.ports import UserRepository
from domain.caller import Caller, Role
from domain.ids import new_id
from domain.post import AddressKind, Post, Status
from domain.user import User
from tests.support.samples import NOW, a_post, a_published_post, a_user, caller
from tests.support.stores import Store, committed, given, given_user

HIDDEN: list[dict[str, Any]] = [
    {"status": Status.DRAFT, "published_at": None},
    {"status": Status.ARCHIVED},
    {"deleted_at": NOW},
    {"status": Status.DRAFT, "published_at": None, "deleted_at": NOW},
]


async def seen(store: Store, key: object, by: Caller | None = None) -> PostView | None:
    assert isinstance(key, Post | str)
    async with store.reading(by) as reads:
        return await reads[PostReader].get(key.id if isinstance(key, Post) else key, seen_by=by)


def as_caller(ann: User, who: str) -> Caller | None:
    stranger = a_user("stranger")
    return {
        "nobody": None,
        "stranger": caller(stranger),
        "author": caller(ann),
        "author made reader": caller(ann, Role.READER),
        "editor": caller(stranger, Role.EDITOR),
        "admin": caller(stranger, Role.ADMIN),
    }[who]


@pytest.mark.parametrize("who", ["nobody", "stranger", "author", "editor"])
async def test_a_view_says_what_is_stored(store: Store, who: str) -> None:
    ann = a_user("ann", display_name="Ann \N{ROCKET}", image="i")
    text = '\N{PILE OF POO} it\'s "\\" \N{LATIN SMALL LETTER E WITH ACUTE}'
    post = a_published_post(
        ann, text, body=text, summary=text, byline=text, tags=("b", text, "a"), version=3
    )
    await given(store, ann, post)
    view = await seen(store, post, as_caller(ann, who))
    assert view
    names = {"id", "slug", "title", "summary", "body", "byline", "version", "status", "tags"}
    names |= {"created_at", "updated_at", "published_at"}
    assert view.model_dump(include=names) == {name: getattr(post, name) for name in names}
    author = {"username": "ann", "display_name": "Ann \N{ROCKET}", "image": "i"}
    assert view.author.model_dump() == author
    assert (view.favorites_count, view.comments_count) == (0, 0)
    assert view.model_dump_json()


async def test_moments_of_a_view_are_in_utc(store: Store) -> None:
    ann = await given_user(store)
    post = a_published_post(ann)
    await given(store, post)
    view = await seen(store, post)
    assert view
    assert view.model_dump(mode="json")["published_at"] == "2024-05-17T12:30:15.123456Z"


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("nobody", False),
        ("stranger", False),
        ("author", True),
        ("author made reader", True),
        ("editor", True),
        ("admin", True),
    ],
)
@pytest.mark.parametrize("state", HIDDEN)
async def test_what_is_not_public_is_seen_by_its_author_and_editors(
    store: Store, state: dict[str, Any], who: str, sees: bool
) -> None:
    ann = await given_user(store)
    post = a_published_post(ann, **state)
    await given(store, post)
    for key in (post, post.slug):
        view = await seen(store, key, as_caller(ann, who))
        assert (view is not None) is sees


@pytest.mark.parametrize("who", ["nobody", "stranger", "author", "editor"])
async def test_only_deleted_posts_have_a_time_of_deletion(store: Store, who: str) -> None:
    ann = await given_user(store)
    post = a_published_post(ann)
    await given(store, post)
    view = await seen(store, post, as_caller(ann, who))
    assert view
    assert "deleted_at" not in view.model_dump()


async def test_the_time_of_a_deletion_is_told(store: Store) -> None:
    ann = await given_user(store)
    post = a_published_post(ann, deleted_at=NOW + timedelta(microseconds=1))
    await given(store, post)
    view = await seen(store, post, caller(ann))
    assert isinstance(view, DeletedPostView)
    assert view.deleted_at == post.deleted_at


async def test_every_address_leads_to_the_post_with_its_present_slug(store: Store) -> None:
    ann = await given_user(store)
    post = a_published_post(ann, slug="present")
    await given(store, post)
    async with committed(store) as uow:
        for address in ("former", "/2014/12/12/old.html"):
            await uow[PostRepository].claim(address, post.id, AddressKind.SLUG)
    for address in ("present", "former", "/2014/12/12/old.html"):
        view = await seen(store, address)
        assert view
        assert (view.id, view.slug) == (post.id, "present")


@pytest.mark.parametrize("key", ["Slug", "slug ", " slug", "slu", "slug%", "slug-2", ""])
async def test_another_key_leads_nowhere(store: Store, key: str) -> None:
    ann = await given_user(store)
    await given(store, a_published_post(ann, slug="slug"))
    assert await seen(store, "slug")
    assert await seen(store, key) is None
    assert await seen(store, a_post(ann, id=new_id())) is None


async def test_posts_of_another_tenant_are_not_seen(store: Store) -> None:
    ann = await given_user(store)
    post = a_published_post(ann)
    await given(store, post)
    admin = caller(ann, Role.ADMIN)
    for key in (post, post.slug):
        assert await seen(store.of_another_tenant(), key, admin) is None


async def test_a_changed_author_shows_in_their_posts(store: Store) -> None:
    ann = await given_user(store)
    post = a_published_post(ann)
    await given(store, post)
    ann.rename("bob")
    async with committed(store) as uow:
        await uow[UserRepository].store(ann)
    view = await seen(store, post)
    assert view
    assert view.author.username == "bob"
