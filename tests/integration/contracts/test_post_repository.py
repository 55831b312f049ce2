"""Posts as aggregates: they come back as they were stored, and no change is lost."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from application.post.ports import PostReader, PostRepository, PostsQuery
from application.unit_of_work import ConcurrentChange
from domain.errors import NotFound
from domain.ids import new_id
from domain.post import BODY_LIMIT_BYTES, Post, Status
from tests.support.samples import NOW, a_post, a_published_post, a_user
from tests.support.stores import Store, committed, given, given_user

PLANES = "".join(chr((plane << 16) + 0x1234) for plane in range(17))
TEXTS = [
    PLANES,
    "\N{PILE OF POO}\N{EMOJI MODIFIER FITZPATRICK TYPE-6}\N{ZERO WIDTH JOINER}\N{ROCKET}",
    "e\N{COMBINING ACUTE ACCENT} is not \N{LATIN SMALL LETTER E WITH ACUTE}",
    "\N{RIGHT-TO-LEFT MARK}\N{ARABIC LETTER ALEF}\N{ZERO WIDTH SPACE}\ufeff\uffff\U0010ffff",
    "'; DROP TABLE post; -- \" \\ \\' \\n \\u0041 %s %(a)s :a ? {a} `a`",
    " at both ends ",
    "NULL",
]


async def load(store: Store, post: Post) -> Post:
    async with store.writing() as uow:
        return await uow[PostRepository].get(post.id)


async def change(store: Store, post: Post) -> None:
    async with committed(store) as uow:
        with suppress(NotFound):
            await uow[PostRepository].get(post.id)
        await uow[PostRepository].store(post)


async def test_a_post_comes_back_as_it_was_stored(store: Store) -> None:
    full = a_post(
        a_user(),
        summary="In short",
        tags=("b", "A", "c"),
        byline="Ann, Bob",
        status=Status.ARCHIVED,
        version=7,
        updated_at=NOW + timedelta(seconds=1),
        published_at=NOW + timedelta(seconds=2),
        deleted_at=NOW + timedelta(seconds=3),
    )
    bare = a_post(a_user())
    await given(store, full, bare)
    assert await load(store, full) == full
    assert await load(store, bare) == bare


async def test_a_changed_post_comes_back_as_it_is_then(store: Store) -> None:
    post = a_post(a_user(), summary="In short", byline="Ann, Bob", tags=("a",))
    await given(store, post)
    post.retitle("Another title")
    post.rewrite("Another body")
    post.summarise(None)
    post.sign(None)
    post.tag(("b", "a"))
    post.publish(NOW)
    post.slug, post.updated_at = "another-slug", NOW + timedelta(hours=1)
    await change(store, post)
    assert await load(store, post) == post


@pytest.mark.parametrize("text", TEXTS)
async def test_text_in_any_script_comes_back_exactly(store: Store, text: str) -> None:
    post = a_post(a_user(), text, summary=text, body=text, byline=text, tags=(text, f"{text}2"))
    await given(store, post)
    assert await load(store, post) == post


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\t", "\x0b\x1f\x7f\x85"])
async def test_lines_and_controls_of_a_body_come_back_exactly(store: Store, end: str) -> None:
    post = a_post(a_user(), body=f"one{end}{end}two{end}")
    await given(store, post)
    assert (await load(store, post)).body == post.body


@pytest.mark.parametrize("character", ["x", "\N{EURO SIGN}", "\N{PILE OF POO}", "\\", "'"])
async def test_a_body_of_1_mib_comes_back_exactly(store: Store, character: str) -> None:
    body = character * (BODY_LIMIT_BYTES // len(character.encode()))
    post = a_post(a_user(), body=body)
    await given(store, post)
    assert (await load(store, post)).body == body


async def test_the_longest_title_summary_byline_slug_and_tags_come_back(store: Store) -> None:
    wide = "\N{PILE OF POO}"
    tags = tuple(f"{number:02}{wide * 48}" for number in range(20))
    post = a_post(a_user(), wide * 200, slug=wide * 200, summary=wide * 500, byline=wide * 500)
    post.tag(tags)
    await given(store, post)
    assert await load(store, post) == post


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2024, 2, 29, 23, 59, 59, 999999, UTC),
        datetime(2024, 1, 1, 0, 0, 0, 1, UTC),
        datetime(2024, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999999, UTC),
        datetime(2100, 1, 1, tzinfo=UTC),
        # a clock that was set back: this hour came twice
        datetime(2024, 10, 27, 1, 30, tzinfo=UTC),
    ],
)
async def test_a_moment_comes_back_to_the_microsecond(store: Store, moment: datetime) -> None:
    post = a_post(a_user(), created_at=moment, published_at=moment, deleted_at=moment)
    await given(store, post)
    stored = await load(store, post)
    assert (stored.created_at, stored.published_at, stored.deleted_at) == (moment,) * 3


@pytest.mark.parametrize("hours", [-12, -3.5, 5.75, 14])
async def test_a_moment_in_another_zone_comes_back_in_utc(store: Store, hours: float) -> None:
    moment = NOW.astimezone(timezone(timedelta(hours=hours)))
    post = a_post(a_user(), created_at=moment, published_at=moment)
    await given(store, post)
    stored = await load(store, post)
    assert stored.created_at == moment
    assert [stored.created_at.tzinfo, stored.published_at and stored.published_at.tzinfo] == [
        UTC,
        UTC,
    ]


async def test_an_unknown_post_is_not_found(store: Store) -> None:
    async with store.writing() as uow:
        with pytest.raises(NotFound, match="no such post"):
            await uow[PostRepository].get(new_id())


async def test_storing_raises_the_version(store: Store) -> None:
    post = a_post(a_user())
    await given(store, post)
    for version in (2, 3):
        await change(store, post)
        assert (post.version, (await load(store, post)).version) == (version, version)


async def test_a_change_of_an_older_version_is_refused(store: Store) -> None:
    post = a_post(a_user())
    await given(store, post)
    older = replace(post, title="Later")
    post.retitle("Earlier")
    await change(store, post)
    with pytest.raises(ConcurrentChange):
        await change(store, older)
    assert ((await load(store, post)).title, older.version) == ("Earlier", 1)


async def test_a_post_that_was_never_added_cannot_be_stored(store: Store) -> None:
    with pytest.raises(ConcurrentChange):
        await change(store, a_post(a_user()))


async def test_what_was_loaded_is_a_copy(store: Store) -> None:
    post = a_post(a_user())
    await given(store, post)
    async with committed(store) as uow:
        for changed in (post, await uow[PostRepository].get(post.id)):
            changed.title = "Never stored"
    assert (await load(store, post)).title == "A title"


async def test_a_post_that_is_stored_twice_has_the_tags_it_had_last(store: Store) -> None:
    ann = await given_user(store)
    post = a_published_post(ann, tags=("first",))
    await given(store, post)
    async with committed(store) as uow:
        loaded = await uow[PostRepository].get(post.id)
        for tags in (("second",), ("first",)):
            loaded.tag(tags)
            await uow[PostRepository].store(loaded)
    assert await tags_that_lead_to_posts(store, "first", "second") == ["first"]


async def test_a_post_that_is_tried_again_has_the_tags_it_had_last(store: Store) -> None:
    ann = await given_user(store)
    post = a_published_post(ann, tags=("first",))
    await given(store, post)
    uow = store.writing()
    for attempt in range(2):
        async with uow:
            loaded = await uow[PostRepository].get(post.id)
            loaded.tag(("second",))
            await uow[PostRepository].store(loaded)
            if attempt:
                await uow.commit()
    assert await tags_that_lead_to_posts(store, "first", "second") == ["second"]


async def tags_that_lead_to_posts(store: Store, *tags: str) -> list[str]:
    from_tag = []
    async with store.reading() as reads:
        for tag in tags:
            if (await reads[PostReader].page(PostsQuery(tag=(tag,)), seen_by=None)).items:
                from_tag.append(tag)
    return from_tag
