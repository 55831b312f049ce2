"""Lists of posts: which of them, in which order, page after page."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from application.post.ports import PostReader, PostRepository, PostsQuery, Sort
from application.post.views import DeletedSummary, PostPage
from domain.caller import Caller, Role
from domain.errors import Invalid
from domain.post import Post, Status
from domain.user import User
from tests.support.samples import NOW, a_post, a_published_post, a_user, caller
from tests.support.stores import Store, committed, given, given_user

SORTS = [Sort.NEWEST, Sort.OLDEST]


async def page(store: Store, by: Caller | None = None, **query: Any) -> PostPage:
    async with store.reading(by) as reads:
        return await reads[PostReader].page(PostsQuery(**query), seen_by=by)


async def titles(store: Store, by: Caller | None = None, **query: Any) -> list[str]:
    return [post.title for post in (await page(store, by, **query)).items]


async def walk(store: Store, by: Caller | None = None, **query: Any) -> list[list[str]]:
    """Follow the cursors to the end: the titles of each page."""
    found = await page(store, by, **query)
    pages = [[post.title for post in found.items]]
    while found.next_cursor:
        found = await page(store, by, cursor=found.next_cursor, **query)
        pages.append([post.title for post in found.items])
    return pages


async def given_posts(store: Store, ann: User, **by_title: dict[str, Any]) -> list[Post]:
    posts = [a_published_post(ann, title, **others) for title, others in by_title.items()]
    await given(store, *posts)
    return posts


def in_order(posts: Sequence[Post], sort: Sort) -> list[str]:
    """By id alone: what the order comes to where all dates are equal."""
    newest_first = sort is Sort.NEWEST
    ordered = sorted(posts, key=lambda post: post.id.bytes, reverse=newest_first)
    return [post.title for post in ordered]


@pytest.mark.parametrize("sort", SORTS)
async def test_the_order_goes_by_publication(store: Store, sort: Sort) -> None:
    ann = await given_user(store)
    moments = {"b": 2, "d": 4, "a": 1, "c": 3}
    later = {
        title: {"published_at": NOW + timedelta(microseconds=moment)}
        for title, moment in moments.items()
    }
    await given_posts(store, ann, **later)
    assert await titles(store, sort=sort) == list("abcd" if sort is Sort.OLDEST else "dcba")


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("query", [{}, {"tag": ("t",)}, {"author": "ann"}])
async def test_posts_of_one_moment_go_by_id(
    store: Store, sort: Sort, query: dict[str, Any]
) -> None:
    ann = await given_user(store)
    posts = await given_posts(store, ann, **{title: {"tags": ("t",)} for title in "abcdefg"})
    order = in_order(posts, sort)
    assert await titles(store, sort=sort, **query) == order
    pages = await walk(store, sort=sort, limit=3, **query)
    assert pages == [order[:3], order[3:6], order[6:]]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("limit", [1, 2, 3, 6])
async def test_what_has_no_date_counts_as_the_oldest(store: Store, sort: Sort, limit: int) -> None:
    ann = await given_user(store)
    deleted = {"deleted_at": NOW}
    dated = await given_posts(store, ann, **dict.fromkeys("abc", deleted))
    undated = [a_post(ann, title, **deleted) for title in "def"]
    await given(store, *undated)
    if sort is Sort.NEWEST:
        expected = in_order(dated, sort) + in_order(undated, sort)
    else:
        expected = in_order(undated, sort) + in_order(dated, sort)
    pages = await walk(store, caller(ann), status="deleted", sort=sort, limit=limit)
    assert [title for titles in pages for title in titles] == expected
    assert all(len(titles) == limit for titles in pages)


@pytest.mark.parametrize("sort", SORTS)
async def test_a_walk_meets_what_it_has_not_passed_yet(store: Store, sort: Sort) -> None:
    ann = await given_user(store)
    step = timedelta(seconds=1 if sort is Sort.OLDEST else -1)

    def later(steps: float) -> dict[str, Any]:
        return {"published_at": NOW + step * steps}

    await given_posts(store, ann, b=later(0), d=later(1), f=later(2))
    first = await page(store, sort=sort, limit=2)
    await given_posts(store, ann, a=later(-1), c=later(0.5), e=later(1.5))
    assert [post.title for post in first.items] == ["b", "d"]
    assert await titles(store, sort=sort, cursor=first.next_cursor) == ["e", "f"]


async def test_a_cursor_whose_post_is_gone_goes_on(store: Store) -> None:
    ann = await given_user(store)
    posts = await given_posts(store, ann, a={}, b={}, c={})
    order = in_order(posts, Sort.NEWEST)
    first = await page(store, limit=2)
    async with committed(store) as uow:
        for item in first.items:
            post = await uow[PostRepository].get(item.id)
            post.delete(NOW)
            await uow[PostRepository].store(post)
    assert await titles(store, cursor=first.next_cursor) == order[2:]


@pytest.mark.parametrize("query", [{}, {"tag": ("t",)}])
async def test_offset_limit_and_total(store: Store, query: dict[str, Any]) -> None:
    ann = await given_user(store)
    posts = await given_posts(store, ann, **{title: {"tags": ("t",)} for title in "abcde"})
    order = in_order(posts, Sort.NEWEST)
    for offset, limit in ((0, 2), (0, 5), (2, 2), (3, 2), (4, 2), (5, 2), (9, 1)):
        found = await page(store, offset=offset, limit=limit, **query)
        assert [post.title for post in found.items] == order[offset : offset + limit]
        assert (found.total, found.total_is_exact) == (5, True)
        assert bool(found.next_cursor) is (offset + limit < 5)


async def test_the_total_of_a_page_by_cursor_is_that_of_the_list(store: Store) -> None:
    ann = await given_user(store)
    await given_posts(store, ann, **{title: {} for title in "abc"})
    first = await page(store, limit=2)
    last = await page(store, limit=2, cursor=first.next_cursor)
    assert (first.total, last.total, len(last.items), last.next_cursor) == (3, 3, 1, None)


async def test_an_empty_list(store: Store) -> None:
    found = await page(store)
    assert (found.items, found.total, found.total_is_exact, found.next_cursor) == (
        (),
        0,
        True,
        None,
    )


async def test_a_cursor_that_is_not_ours_is_refused(store: Store) -> None:
    for text in ("nonsense", "[]", "e30.AAAA", "\N{ROCKET}"):
        with pytest.raises(Invalid) as refused:
            await page(store, cursor=text)
        assert refused.value.field == "cursor"


async def test_a_cursor_of_another_order_is_refused(store: Store) -> None:
    ann = await given_user(store)
    await given_posts(store, ann, a={}, b={})
    first = await page(store, limit=1)
    with pytest.raises(Invalid, match="made for sort=-published_at"):
        await page(store, cursor=first.next_cursor, sort=Sort.OLDEST)


LISTED: dict[str, dict[str, Any]] = {
    "draft": {"status": Status.DRAFT, "published_at": None},
    "published": {},
    "archived": {"status": Status.ARCHIVED},
    "deleted": {"deleted_at": NOW},
}


@pytest.mark.parametrize("status", LISTED)
@pytest.mark.parametrize("tag", [(), ("t",), ("t", "u")])
async def test_each_list_shows_its_own_posts(
    store: Store, status: str, tag: tuple[str, ...]
) -> None:
    ann, bob = await given_user(store, "ann"), await given_user(store, "bob")
    for author in (ann, bob):
        posts = {
            f"{author.username} {name}": {"tags": ("t", "u")} | state
            for name, state in LISTED.items()
        }
        await given_posts(store, author, **posts)
    everyones = {f"ann {status}", f"bob {status}"}
    seen = {f"ann {status}"} if status != "published" else everyones
    assert set(await titles(store, caller(ann), status=status, tag=tag)) == seen
    editor = caller(a_user("eve"), Role.EDITOR)
    assert set(await titles(store, editor, status=status, tag=tag)) == everyones
    of_bob = await titles(store, editor, status=status, tag=tag, author="BOB")
    assert of_bob == [f"bob {status}"]


async def test_only_deleted_posts_have_a_time_of_deletion(store: Store) -> None:
    ann, editor = await given_user(store, "ann"), caller(a_user("eve"), Role.EDITOR)
    await given_posts(store, ann, a={}, b={"deleted_at": NOW})
    for status, is_told in (("published", False), ("deleted", True)):
        [item] = (await page(store, editor, status=status)).items
        assert isinstance(item, DeletedSummary) is is_told
        assert ("deleted_at" in item.model_dump()) is is_told
        assert "body" not in item.model_dump()


@pytest.mark.parametrize(
    ("tag", "asked"),
    [
        ("Ink", "INK"),
        ("ink", "  ink "),
        ("Stra\N{LATIN SMALL LETTER SHARP S}e", "STRASSE"),
        ("\N{FULLWIDTH LATIN SMALL LETTER A}", "A"),
        ("\N{ROCKET}", "\N{ROCKET}"),
        ('it\'s "\\"', 'IT\'S "\\"'),
        ("%", "%"),
        # its folded form begins with a space
        ("\N{ACUTE ACCENT}", "\N{ACUTE ACCENT}"),
    ],
)
@pytest.mark.parametrize("query", [{}, {"author": "ann"}])
async def test_a_tag_is_found_in_any_spelling(
    store: Store, tag: str, asked: str, query: dict[str, Any]
) -> None:
    ann = await given_user(store)
    await given_posts(store, ann, tagged={"tags": (tag, "other")}, not_tagged={"tags": ("x",)})
    for asked_for in ((asked,), (asked, "Other"), ("other", asked, asked)):
        assert await titles(store, tag=asked_for, **query) == ["tagged"]


@pytest.mark.parametrize("tag", ["in", "ink2", "_nk", "i%", "\N{FLYING SAUCER}", "caf\u00e9", ""])
async def test_another_tag_finds_nothing(store: Store, tag: str) -> None:
    ann = await given_user(store)
    await given_posts(store, ann, post={"tags": ("ink", "\N{ROCKET}", "cafe")})
    assert await titles(store, tag=(tag,)) == []
    assert await titles(store, tag=("ink", tag)) == []
    assert (await page(store, tag=("ink", tag))).total == 0


async def test_all_tags_must_match(store: Store) -> None:
    ann = await given_user(store)
    await given_posts(store, ann, a={"tags": ("x",)}, b={"tags": ("y",)}, ab={"tags": ("y", "x")})
    assert await titles(store, tag=("x", "y")) == ["ab"]
    assert set(await titles(store, tag=("y",))) == {"b", "ab"}


async def test_what_a_post_becomes_shows_in_the_list_of_its_tag(store: Store) -> None:
    ann = await given_user(store)
    post = a_post(ann, "post", tags=("t",))
    await given(store, post)
    steps: list[tuple[Callable[[Post], None], bool]] = [
        (lambda post: post.publish(NOW), True),
        (lambda post: post.unpublish(), False),
        (lambda post: post.publish(NOW), True),
        (lambda post: post.archive(), False),
        (lambda post: post.publish(NOW), True),
        (lambda post: post.delete(NOW), False),
        (lambda post: post.restore(NOW), True),
    ]
    for step, is_listed in steps:
        async with committed(store) as uow:
            loaded = await uow[PostRepository].get(post.id)
            step(loaded)
            await uow[PostRepository].store(loaded)
        assert bool(await titles(store, tag=("t",))) is is_listed


async def test_an_unknown_author_has_no_posts(store: Store) -> None:
    ann = await given_user(store)
    await given_posts(store, ann, a={"tags": ("t",)})
    for query in ({"author": "bob"}, {"author": "bob", "tag": ("t",)}, {"author": "ann "}):
        found = await page(store, **query)
        assert (found.items, found.total) == ((), 0)


async def test_posts_of_another_tenant_are_not_listed(store: Store) -> None:
    ann = await given_user(store)
    await given_posts(store, ann, a={"tags": ("t", "u")}, b={"deleted_at": NOW})
    other, admin = store.of_another_tenant(), caller(ann, Role.ADMIN)
    await given_posts(other, await given_user(other), elsewhere={"tags": ("t",)})
    for query in ({}, {"tag": ("t",)}, {"author": "ann"}, {"author": "ann", "tag": ("t",)}):
        assert await titles(other, admin, **query) == ["elsewhere"]
    assert await titles(other, admin, tag=("t", "u")) == []
    assert await titles(other, admin, status="deleted") == []
