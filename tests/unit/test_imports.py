"""Bringing in posts from elsewhere: each once, with all its addresses and authors."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from application.importing.commands import (
    ImportCommandService,
    ImportedPost,
    Outcome,
    old_address,
)
from application.post.ports import PostRepository
from application.user.ports import UserRepository
from domain.errors import Invalid, Taken
from domain.post import Post, Status
from domain.user import User
from infra.blog.post.table import addresses, posts
from infra.blog.user.table import users
from tests.support.fake_security import FakeClock
from tests.support.samples import NOW, a_user
from tests.support.stores import Store, given
from tests.support.watched import WatchedUnitOfWork

DAY = datetime(2014, 12, 12, tzinfo=UTC)
IMPORTED, ALREADY_HERE = Outcome.IMPORTED, Outcome.ALREADY_HERE


def imported(slug: str = "ink", **others: Any) -> ImportedPost:
    fields: dict[str, Any] = {
        "path": f"2014/12/12/{slug}",
        "slug": slug,
        "title": "Ink",
        "body": "Black.",
        "authors": ("Ada",),
        "published_at": DAY,
    }
    return ImportedPost(**(fields | others))


class Archive:
    """A blog that posts are brought into."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.uow = WatchedUnitOfWork(store.writing())
        self.service = ImportCommandService(self.uow, FakeClock())

    async def bring(self, *posts: ImportedPost) -> list[Outcome]:
        return await self.service.import_posts(posts)

    async def posts(self) -> list[Post]:
        """The posts, in the order in which they came."""
        rows = await self.store.rows(posts)
        async with self.store.writing() as uow:
            return [await uow[PostRepository].get(row.id) for row in rows]

    async def addresses(self) -> dict[str, UUID]:
        return {row.address: row.post_id for row in await self.store.rows(addresses)}

    async def users(self) -> dict[str, str]:
        """Display names by username."""
        return {row.username: row.display_name for row in await self.store.rows(users)}

    async def author_of(self, post: Post) -> User:
        async with self.store.writing() as uow:
            return await uow[UserRepository].get(post.author_id)


@pytest.fixture
def archive(store: Store) -> Archive:
    return Archive(store)


async def test_a_post_is_published_on_its_day(archive: Archive) -> None:
    post = imported(summary="In short", tags=(" release ",))
    assert await archive.bring(post) == [IMPORTED]
    [stored] = await archive.posts()
    assert (stored.title, stored.body, stored.summary) == ("Ink", "Black.", "In short")
    assert (stored.slug, stored.tags, stored.byline) == ("ink", ("release",), None)
    assert (stored.status, stored.version, stored.deleted_at) == (Status.PUBLISHED, 1, None)
    assert [stored.published_at, stored.created_at, stored.updated_at] == [DAY] * 3


async def test_a_batch_is_one_transaction(archive: Archive) -> None:
    await archive.bring(imported("one"), imported("two"), imported("three"))
    assert archive.uow.log == ["begin", "commit"]
    assert [post.slug for post in await archive.posts()] == ["one", "two", "three"]


async def test_every_address_of_old_leads_to_the_post(archive: Archive) -> None:
    await archive.bring(imported(aliases=("old.html", "/older/", "2014/12/12/ink", "old.html")))
    [post] = await archive.posts()
    expected = {"ink", "/2014/12/12/ink", "/old.html", "/older"}
    assert await archive.addresses() == dict.fromkeys(expected, post.id)


@pytest.mark.parametrize("path", ["2014/12/12/ink", "/2014/12/12/ink", "/2014/12/12/ink/"])
async def test_what_is_here_already_stays_as_it_is(archive: Archive, path: str) -> None:
    await archive.bring(imported())
    before = await archive.posts()
    again = imported(path=path, title="Another", authors=("Bob",), slug="another")
    assert await archive.bring(again, imported("new")) == [ALREADY_HERE, IMPORTED]
    assert (await archive.posts())[:1] == before
    assert await archive.users() == {"ada": "Ada"}


async def test_a_second_run_changes_nothing(archive: Archive) -> None:
    batch = [imported("one", aliases=("old",)), imported("two", authors=("Ada", "Bob"))]
    await archive.bring(*batch)
    before = await archive.store.dump()
    assert await archive.bring(*batch) == [ALREADY_HERE] * 2
    assert await archive.store.dump() == before


async def test_the_same_slug_on_another_day_gets_a_number(archive: Archive) -> None:
    days = [imported("Ink", path=f"2014/12/{day}/Ink") for day in range(10, 22)]
    await archive.bring(*days[:6])
    await archive.bring(*days[6:])
    slugs = [post.slug for post in await archive.posts()]
    assert slugs == ["Ink", *(f"Ink-{number}" for number in range(2, 13))]


@pytest.mark.parametrize(
    ("others", "field"),
    [({"path": "taken"}, "path"), ({"aliases": ("free", "/taken/")}, "aliases")],
)
async def test_an_address_of_another_post_is_taken(
    archive: Archive, others: dict[str, Any], field: str
) -> None:
    batch = [imported("first", path="first", aliases=("taken",)), imported("second", **others)]
    with pytest.raises(Taken) as refused:
        await archive.bring(*batch)
    assert refused.value.field == field
    assert await archive.store.dump() == {}, "a batch is imported as a whole or not at all"


@pytest.mark.parametrize(
    ("others", "field"),
    [
        ({"title": " "}, "title"),
        ({"body": "a\0b"}, "body"),
        ({"summary": "\x07"}, "summary"),
        ({"tags": (" ",)}, "tags"),
        ({"slug": "a b"}, "slug"),
        ({"path": "a\nb"}, "path"),
        ({"aliases": ("a\0b",)}, "aliases"),
        ({"authors": ("A" * 99, "B" * 99, "C" * 99, "D" * 99, "E" * 99, "F" * 99)}, "byline"),
        ({"authors": ("A" * 101,)}, "display_name"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_kept(
    archive: Archive, others: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await archive.bring(imported("good"), imported(**others))
    assert refused.value.field == field
    assert await archive.store.dump() == {}


@pytest.mark.parametrize(
    "others", [{"authors": ()}, {"path": ""}, {"path": "x" * 255}, {"aliases": ("",)}, {"id": 1}]
)
def test_a_post_without_what_it_needs_is_refused(others: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        imported(**others)


async def test_authors_are_users_who_cannot_log_in(archive: Archive) -> None:
    await archive.bring(imported(authors=("Ada Lovelace",)))
    [post] = await archive.posts()
    author = await archive.author_of(post)
    assert (author.username, author.display_name) == ("ada-lovelace", "Ada Lovelace")
    assert (author.email, author.password_hash, author.created_at) == (None, None, DAY)


async def test_the_first_author_has_it_and_the_byline_names_all(archive: Archive) -> None:
    await archive.bring(imported(authors=("Ada", "Bob the 2nd", "Çelik")))
    [post] = await archive.posts()
    assert ((await archive.author_of(post)).display_name, post.byline) == (
        "Ada",
        "Ada, Bob the 2nd, Çelik",
    )


async def test_an_author_is_made_once(archive: Archive) -> None:
    await archive.bring(imported("one"), imported("two"))
    await archive.bring(imported("three"))
    assert await archive.users() == {"ada": "Ada"}
    assert len({post.author_id for post in await archive.posts()}) == 1


async def test_authors_whose_names_come_to_one_get_numbers(archive: Archive) -> None:
    names = ("Ada", "ada", "A.d.a", "ADA", "Ada!")
    await archive.bring(*(imported(f"s{n}", authors=(name,)) for n, name in enumerate(names)))
    await archive.bring(*(imported(f"t{n}", authors=(name,)) for n, name in enumerate(names)))
    expected = {"ada": "Ada", "ada-2": "ada", "a-d-a": "A.d.a", "ada-3": "ADA", "ada-4": "Ada!"}
    assert await archive.users() == expected


async def test_someone_with_an_account_is_not_given_the_posts(archive: Archive) -> None:
    registered = a_user("ada", display_name="Ada")
    await given(archive.store, registered)
    await archive.bring(imported())
    [post] = await archive.posts()
    assert (post.author_id != registered.id, (await archive.author_of(post)).username) == (
        True,
        "ada-2",
    )


@pytest.mark.parametrize(
    ("name", "username"),
    [
        ("Me", "author-me"),
        ("\N{ROCKET}", "post"),
        ("Зоя", "зоя"),
        ("A" * 100, "a" * 45),
        ("a" * 44 + " b", "a" * 44),
    ],
)
async def test_any_name_comes_to_a_username(archive: Archive, name: str, username: str) -> None:
    await archive.bring(imported(authors=(name,)))
    assert await archive.users() == {username: name}


@pytest.mark.parametrize("path", ["a/b", "/a/b", "a/b/", "//a/b//"])
def test_an_address_of_old_begins_with_a_slash(path: str) -> None:
    assert old_address(path) == "/a/b"


async def test_a_path_that_is_anothers_alias_is_taken_not_here_already(archive: Archive) -> None:
    await archive.bring(imported("one", aliases=("2014/12/12/two",)))
    with pytest.raises(Taken) as raised:
        await archive.bring(imported("two"))
    assert raised.value.field == "path"


async def test_a_draft_has_not_appeared(archive: Archive) -> None:
    draft = {"status": Status.DRAFT, "published_at": None}
    await archive.bring(imported("dated", created_at=DAY, **draft), imported("new", **draft))
    dated, new = await archive.posts()
    assert [post.status for post in await archive.posts()] == [Status.DRAFT] * 2
    assert (dated.published_at, dated.created_at, dated.updated_at) == (None, DAY, DAY)
    assert (new.published_at, new.created_at, new.updated_at) == (None, NOW, NOW)


async def test_an_archived_post_keeps_its_dates(archive: Archive) -> None:
    written, changed = DAY - timedelta(days=1), DAY + timedelta(days=1)
    dates: dict[str, Any] = {"created_at": written, "updated_at": changed}
    await archive.bring(imported(status=Status.ARCHIVED, **dates))
    [post] = await archive.posts()
    assert (post.status, post.published_at) == (Status.ARCHIVED, DAY)
    assert (post.created_at, post.updated_at) == (written, changed)


async def test_an_export_without_a_path_is_known_by_slug_and_moment(archive: Archive) -> None:
    exported = imported(path=None, created_at=DAY, former_slugs=("old",), username="ada")
    assert await archive.bring(exported) == [IMPORTED]
    assert (await archive.addresses()).keys() == {"ink", "old"}
    before = await archive.store.dump()
    assert await archive.bring(exported) == [ALREADY_HERE]
    renamed = imported("old", path=None, created_at=DAY)
    assert await archive.bring(renamed) == [ALREADY_HERE]
    assert await archive.store.dump() == before


@pytest.mark.parametrize(
    ("others", "field"),
    [
        ({"path": None, "created_at": DAY - timedelta(microseconds=1)}, "slug"),
        ({"path": None, "slug": "new", "former_slugs": ("ink",)}, "former_slugs"),
    ],
)
async def test_an_exported_slug_of_another_post_is_taken(
    archive: Archive, others: dict[str, Any], field: str
) -> None:
    await archive.bring(imported())
    with pytest.raises(Taken) as refused:
        await archive.bring(imported(**others))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("registered", "username", "expected"),
    [
        ({}, "ada", "ada"),
        ({}, "ADA", "ada"),
        ({"display_name": "Another"}, "ada", "ada-2"),
        ({"display_name": "Another", "password_hash": None}, "ada", "ada-2"),
        ({"username": "ada-2"}, "ada", "ada"),
        ({"username": "a" * 50, "display_name": "Another"}, "a" * 50, "a" * 45 + "-2"),
    ],
)
async def test_an_export_calls_its_author_by_their_username(
    archive: Archive, registered: dict[str, Any], username: str, expected: str
) -> None:
    user = a_user(**({"username": "ada", "display_name": "Ada"} | registered))
    await given(archive.store, user)
    await archive.bring(imported(username=username, byline="Ada, and others"))
    [post] = await archive.posts()
    assert ((await archive.author_of(post)).username, post.byline) == (expected, "Ada, and others")
    assert (await archive.author_of(post)).display_name == "Ada"


async def test_a_number_leads_to_nobody_with_an_account(archive: Archive) -> None:
    for name, display_name in (("ada", "Another"), ("ada-2", "Ada")):
        user = a_user(name, display_name=display_name)
        await given(archive.store, user)
    await archive.bring(imported(username="ada"))
    assert (await archive.author_of((await archive.posts())[0])).username == "ada-3"


async def test_a_rehearsal_says_the_same_and_leaves_nothing(archive: Archive) -> None:
    await archive.bring(imported("one"))
    before = await archive.store.dump()
    batch = [imported("one"), imported("two", authors=("Bob",))]
    assert await archive.service.rehearse(batch) == [ALREADY_HERE, IMPORTED]
    with pytest.raises(Taken):
        await archive.service.rehearse([imported("three", aliases=("2014/12/12/one",))])
    assert await archive.store.dump() == before
    assert archive.uow.log == ["begin", "commit", "begin", "rollback", "begin", "rollback"]
    assert await archive.bring(*batch) == [ALREADY_HERE, IMPORTED]
