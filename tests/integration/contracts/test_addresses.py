"""Addresses: each is given out once, compared exactly, and numbers fill the gaps."""

from dataclasses import replace
from datetime import timedelta

import pytest

from application.post.ports import PostReader, PostRepository
from domain.ids import new_id, read_id
from domain.post import AddressKind
from tests.support.samples import NOW, a_post, a_user
from tests.support.stores import Store, committed, given


async def take(store: Store, *addresses: str) -> None:
    async with committed(store) as uow:
        for address in addresses:
            assert await uow[PostRepository].claim(address, new_id(), AddressKind.SLUG)


async def free_slug(store: Store, stem: str) -> str:
    async with store.writing() as uow:
        return await uow[PostRepository].free_slug(stem)


async def test_an_address_is_given_to_the_first_who_asks(store: Store) -> None:
    first, second = new_id(), new_id()
    async with committed(store) as uow:
        assert await uow[PostRepository].claim("slug", first, AddressKind.SLUG)
        assert not await uow[PostRepository].claim("slug", second, AddressKind.SLUG)
        assert await uow[PostRepository].claim("slug", first, AddressKind.SLUG)
    async with committed(store) as uow:
        assert not await uow[PostRepository].claim("slug", second, AddressKind.SLUG)
        assert await uow[PostRepository].claim("slug", first, AddressKind.SLUG)


async def test_a_refused_claim_does_not_end_the_transaction(store: Store) -> None:
    await take(store, "taken")
    post = a_post(a_user(), slug="free")
    async with committed(store) as uow:
        await uow[PostRepository].add(post)
        assert not await uow[PostRepository].claim("taken", post.id, AddressKind.SLUG)
        assert await uow[PostRepository].claim("free", post.id, AddressKind.SLUG)
    async with store.writing() as uow:
        assert (await uow[PostRepository].get(post.id)).slug == "free"
        assert await uow[PostRepository].claimed(["free", "taken"]) == {"free", "taken"}


async def test_a_claim_that_was_rolled_back_is_free_again(store: Store) -> None:
    async with store.writing() as uow:
        assert await uow[PostRepository].claim("slug", new_id(), AddressKind.SLUG)
    await take(store, "slug")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("slug", "Slug"),
        ("stra\N{LATIN SMALL LETTER SHARP S}e", "strasse"),
        ("\N{LATIN SMALL LETTER E WITH ACUTE}", "e\N{COMBINING ACUTE ACCENT}"),
        ("\N{LATIN SMALL LETTER E WITH ACUTE}", "e"),
        ("\N{GREEK SMALL LETTER SIGMA}", "\N{GREEK SMALL LETTER FINAL SIGMA}"),
        ("a", "\N{FULLWIDTH LATIN SMALL LETTER A}"),
        ("a", "a\N{ZERO WIDTH JOINER}"),
        ("\N{ROCKET}", "\N{FLYING SAUCER}"),
        ("/2014/a", "/2014/a "),
        ("/2014/a", " /2014/a"),
        ("a", "a-2"),
    ],
)
async def test_addresses_are_compared_exactly(store: Store, one: str, other: str) -> None:
    await take(store, one)
    async with store.writing() as uow:
        assert await uow[PostRepository].claimed([one, other]) == {one}
    await take(store, other)


@pytest.mark.parametrize(
    "address", ["it's", 'a"b', "a' for key 'user_email", "\\", "%", "\N{ROCKET}" * 255]
)
async def test_a_taken_address_of_any_characters_is_refused(store: Store, address: str) -> None:
    await take(store, address)
    async with store.writing() as uow:
        assert not await uow[PostRepository].claim(address, new_id(), AddressKind.SLUG)


async def test_those_that_are_taken_are_told(store: Store) -> None:
    await take(store, "a", "/2014/b")
    async with store.writing() as uow:
        asked = (address for address in ("a", "/2014/b", "c", "a"))
        assert await uow[PostRepository].claimed(asked) == {"a", "/2014/b"}
        assert await uow[PostRepository].claimed([]) == set()


@pytest.mark.parametrize("last", [1, 2, 8, 9, 10, 24, 25, 26, 57, 58, 121])
async def test_a_free_slug_has_the_next_number(store: Store, last: int) -> None:
    await take(store, "stem", *(f"stem-{number}" for number in range(2, last + 1)))
    assert await free_slug(store, "stem") == f"stem-{last + 1}"


@pytest.mark.parametrize("gap", [2, 5, 9, 10, 24, 25, 26])
async def test_a_free_slug_fills_a_gap(store: Store, gap: int) -> None:
    await take(store, *(f"stem-{number}" for number in range(2, 30) if number != gap))
    assert await free_slug(store, "stem") == f"stem-{gap}"


async def test_numbers_of_another_stem_do_not_count(store: Store) -> None:
    await take(store, "stem", "Stem-2", "stem-02", "stem2", "stems-2")
    assert await free_slug(store, "stem") == "stem-2"


@pytest.mark.parametrize("stem", ["0123456789abcdef0123456789abcde", "12345678-" * 3 + "123456"])
async def test_a_free_slug_never_reads_as_an_id(store: Store, stem: str) -> None:
    assert read_id(await free_slug(store, stem)) is None


async def test_a_post_keeps_all_its_addresses(store: Store) -> None:
    ann = a_user()
    post = a_post(ann, slug="first")
    await given(store, ann, post)
    async with committed(store) as uow:
        for address in ("second", "/2014/12/12/first.html"):
            assert await uow[PostRepository].claim(address, post.id, AddressKind.SLUG)
    async with store.writing() as uow:
        for address in ("first", "second", "/2014/12/12/first.html"):
            found = await uow[PostReader].get(address, seen_by=None)
            assert found is None, "a draft has no public address"
            assert not await uow[PostRepository].claim(address, new_id(), AddressKind.SLUG)


async def test_a_path_tells_from_where_a_post_was_imported(store: Store) -> None:
    async with store.writing() as uow:
        first, second = new_id(), new_id()
        assert await uow[PostRepository].claim("/a", first, AddressKind.PATH)
        assert await uow[PostRepository].claim("/b", first, AddressKind.ALIAS)
        assert not await uow[PostRepository].claim("/b", second, AddressKind.PATH)
        assert await uow[PostRepository].imported_from(["/a", "/b", "/c"]) == {"/a"}


async def test_slugs_tell_when_their_posts_were_written(store: Store) -> None:
    ann = a_user()
    written = [NOW + timedelta(microseconds=number) for number in range(2)]
    posts = [a_post(ann, slug=f"s{n}", created_at=at) for n, at in enumerate(written)]
    await given(store, ann, replace(posts[0], deleted_at=NOW), posts[1])
    async with committed(store) as uow:
        assert await uow[PostRepository].claim("former", posts[1].id, AddressKind.SLUG)
        assert await uow[PostRepository].claim("of-nothing", new_id(), AddressKind.SLUG)
    async with store.writing() as uow:
        found = await uow[PostRepository].written_at(
            iter(["s0", "s1", "former", "of-nothing", "free"])
        )
        assert found == {"s0": written[0], "s1": written[1], "former": written[1]}
        assert await uow[PostRepository].written_at([]) == {}
    async with store.of_another_tenant().writing() as uow:
        assert await uow[PostRepository].written_at(["s0"]) == {}
