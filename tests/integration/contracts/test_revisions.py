"""Revisions: each text that was stored is there, byte for byte, and thinned ones are the right
ones."""

import asyncio
import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from sqlalchemy import insert, select

from application.pages import PageQuery
from application.post.commands import PostCommand, PostCommandService, PostPatch
from application.post.ports import PostRepository
from application.revision.commands import RevisionCommandService
from application.revision.ports import RevisionReader
from application.revision.views import RevisionView
from core.blog.revision import REVISIONS
from domain.caller import Caller, Role
from domain.ids import new_id
from domain.post import Post
from domain.revision import PostText
from infra.blog.post.repository import SqlPostRepository
from infra.blog.revision.table import revisions
from infra.database.housekeeping import Housekeeping
from tests.support.fake_security import FakeClock
from tests.support.samples import NOW, a_post, a_published_post, a_user, caller
from tests.support.stores import Store, committed, given

WRITERS = 8
ALPHABET = "a\n\r\t é\N{ROCKET}\N{COMBINING ACUTE ACCENT}\x85\N{LINE SEPARATOR}\ufeff'\"\\%"


def a_text(at_random: random.Random) -> dict[str, Any]:
    """Some fields of a post, of any characters; sometimes a long body."""
    long = at_random.random() < 0.05
    body = "b" + "".join(at_random.choices(ALPHABET, k=60_000 if long else 50))
    fields = {
        "title": f"title {at_random.random()}",
        "summary": at_random.choice([None, "", f"a\n{at_random.random()}"]),
        "tags": at_random.sample(["Ink", "lead", "\N{ROCKET}", "x"], at_random.randrange(4)),
        "body": body,
    }
    chosen = at_random.sample(sorted(fields), at_random.randrange(1, 5))
    return {name: fields[name] for name in chosen}


async def kept(store: Store, post_id: UUID) -> list[RevisionView]:
    """Return all revisions of a post, the oldest first."""
    async with store.reading() as uow:
        page = await uow[RevisionReader].page(post_id, PageQuery(limit=100))
        found = [await uow[RevisionReader].get(post_id, each.version) for each in page.items]
    while page.next_cursor:
        async with store.reading() as uow:
            query = PageQuery(limit=100, cursor=page.next_cursor)
            page = await uow[RevisionReader].page(post_id, query)
            found += [await uow[RevisionReader].get(post_id, each.version) for each in page.items]
    assert page.total == len(found)
    return [each for each in reversed(found) if each]


async def test_each_text_that_was_stored_is_a_revision(store: Store) -> None:
    edits = settings.default.max_examples if settings.default else 100
    people = [a_user(f"writer{number}") for number in range(WRITERS)]
    await given(store, *people)
    editors = [caller(each, Role.EDITOR) for each in people]
    of_first = PostCommandService(store.writing(editors[0]), editors[0], FakeClock())
    post = await of_first.create_post(PostCommand(title="One", body="a"))
    stored = {post.version: (PostText.of(post), people[0].username)}

    async def edit(editor: Caller, name: str, at_random: random.Random) -> None:
        for _ in range(edits // WRITERS):
            service = PostCommandService(store.writing(editor), editor, FakeClock())
            changed = await service.update_post(post.id, PostPatch(**a_text(at_random)))
            stored.setdefault(changed.version, (PostText.of(changed), name))

    await asyncio.gather(
        *(
            edit(editor, person.username, random.Random(number))
            for number, (editor, person) in enumerate(zip(editors, people, strict=True))
        )
    )
    found = await kept(store, post.id)
    assert len(found) > edits // 2
    assert {each.version: (PostText.of(each), each.author.username) for each in found} == stored


async def test_what_changes_no_text_leaves_none_and_restoring_leaves_one(store: Store) -> None:
    ann, clock = a_user(), FakeClock()
    await given(store, ann)
    who = caller(ann)

    def posts() -> PostCommandService:
        return PostCommandService(store.writing(who), who, clock)

    post = await posts().create_post(PostCommand(title="One", body="a"))
    for body in ("b", "c"):
        await posts().update_post(post.id, PostPatch(body=body))
    await posts().publish_post(post.id)
    await posts().update_post(post.id, PostPatch(slug="elsewhere"))
    await posts().update_post(post.id, PostPatch(body="d"))
    await posts().archive_post(post.id)
    service = RevisionCommandService(store.writing(who), who, clock)
    restored = await service.restore_revision(post.id, 1, frozenset({7}))
    assert (restored.version, restored.body) == (8, "a")
    found = {each.version: each.body for each in await kept(store, post.id)}
    assert found == {1: "a", 2: "b", 3: "c", 6: "d", 8: "a"}
    # the first one, the one that was published, and the one that changed the public post
    assert await marked(store, post.id) == {1, 3, 6}


async def marked(store: Store, post_id: UUID) -> set[int]:
    """Return the versions that are kept as long as their post."""
    own = revisions.c.tenant == store.tenant, revisions.c.post_id == post_id
    async with store.container._resources.primary.engine.connect() as connection:
        found = select(revisions.c.version).where(*own, revisions.c.kept)
        return set((await connection.execute(found)).scalars())


async def test_a_text_without_a_revision_gets_one_before_it_is_lost(store: Store) -> None:
    """It is older than revisions, or was written while they were off."""
    ann = a_user()
    posts = [a_published_post(ann), a_post(ann)]
    await given(store, ann)
    async with store.writing() as uow:
        unkept = SqlPostRepository(uow._session, keeps_revisions=False)  # type: ignore[attr-defined]
        for post in posts:
            await unkept.add(post)
        await uow.commit()
    for post in posts:
        assert await kept_bodies(store, post) == {}
    async with committed(store, caller(ann)) as uow:
        changed = await uow[PostRepository].get(posts[0].id)
        changed.rewrite("new")
        await uow[PostRepository].store(changed)
        published = await uow[PostRepository].get(posts[1].id)
        published.publish(NOW)
        await uow[PostRepository].store(published)
    assert await kept_bodies(store, posts[0]) == {1: "A body", 2: "new"}
    assert await kept_bodies(store, posts[1]) == {1: "A body"}
    assert [await marked(store, post.id) for post in posts] == [{1, 2}, {1}]


async def kept_bodies(store: Store, post: Post) -> dict[int, str]:
    own = revisions.c.tenant == store.tenant, revisions.c.post_id == post.id
    async with store.container._resources.primary.engine.connect() as connection:
        versions = (await connection.execute(select(revisions.c.version).where(*own))).scalars()
    async with store.writing() as uow:
        reader = uow[RevisionReader]
        found = {version: await reader.get(post.id, version) for version in versions}
    return {version: each.body for version, each in found.items() if each}


def left_of(written: Iterable[tuple[int, datetime, bool]], now: datetime) -> set[int]:
    """The rule in words: all for 30 days, then the last of a day for a year, then of a month."""
    last: dict[tuple[int, ...], int] = {}
    left = set()
    for version, at, is_marked in written:
        age = now - at
        last[at.year, at.month, at.day] = last[at.year, at.month] = version
        if is_marked or age <= timedelta(days=30):
            left.add(version)
    for key, version in last.items():
        at = next(at for number, at, _ in written if number == version)
        if len(key) == 2 or now - at <= timedelta(days=395):
            left.add(version)
    return left


@pytest.mark.parametrize("seed", range(3))
async def test_thinning_keeps_what_a_model_of_it_keeps(store: Store, seed: int) -> None:
    at_random, now, posts = random.Random(seed), NOW, [new_id(), new_id()]
    ages = sorted((at_random.random() ** 2 * 900 for _ in range(120)), reverse=True)
    # some lie on the boundaries of the rule
    ages[10:14], ages[60:64] = [395 + 1e-6, 395] * 2, [30 + 1e-6, 30] * 2
    moments = [now - timedelta(days=age) for age in sorted(ages, reverse=True)]
    written = [(n + 1, at, at_random.random() < 0.1) for n, at in enumerate(moments)]
    rows = [a_row(store, post, *each) for post in posts for each in written]
    resources = store.container._resources
    async with resources.primary.engine.begin() as connection:
        await connection.execute(insert(revisions), rows)
    keeping = Housekeeping(resources.primary.engine, resources.primary.engine, ())
    deleted = await keeping._done(store.tenant, REVISIONS.chores[0], now)
    left = left_of(written, now)
    assert deleted == 2 * (len(written) - len(left)) > 50
    for post in posts:
        own = revisions.c.tenant == store.tenant, revisions.c.post_id == post
        async with resources.primary.engine.connect() as connection:
            found = await connection.execute(select(revisions.c.version).where(*own))
            assert set(found.scalars()) == left
    assert await keeping._done(store.tenant, REVISIONS.chores[0], now) == 0


def a_row(store: Store, post: UUID, version: int, at: datetime, kept: bool) -> dict[str, Any]:
    of_post = {"tenant": store.tenant, "post_id": post, "author_id": post, "title": "t"}
    text: dict[str, Any] = {"summary": None, "tags": [], "body": b""}
    return of_post | text | {"version": version, "kept": kept, "created_at": at}
