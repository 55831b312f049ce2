"""Users: their names and emails are unique without case, and no change is lost."""

from dataclasses import replace
from datetime import UTC, timedelta, timezone

import pytest

from application.unit_of_work import ConcurrentChange
from application.user.ports import UserReader, UserRepository
from domain.caller import Role
from domain.errors import NotFound, Taken
from domain.ids import new_id
from domain.user import User
from tests.support.samples import NOW, a_user
from tests.support.stores import Store, committed, given, given_user

# each pair compares as one name
SPELLINGS = [
    ("ann", "ANN"),
    ("ann", "\N{FULLWIDTH LATIN SMALL LETTER A}nn"),
    ("Stra\N{LATIN SMALL LETTER SHARP S}e", "STRASSE"),
    ("\N{LATIN SMALL LIGATURE FI}n", "Fin"),
    ("Jos\N{LATIN SMALL LETTER E WITH ACUTE}", "JOSE\N{COMBINING ACUTE ACCENT}"),
    ("\N{GREEK SMALL LETTER SIGMA}", "\N{GREEK SMALL LETTER FINAL SIGMA}"),
    ("\N{ROMAN NUMERAL FOUR}", "iv"),
    ("\N{DESERET CAPITAL LETTER LONG I}", "\N{DESERET SMALL LETTER LONG I}"),
]
# each pair is two names
NAMES = [
    ("jose", "jos\N{LATIN SMALL LETTER E WITH ACUTE}"),
    ("\N{ROCKET}", "\N{FLYING SAUCER}"),
    ("ann", "a nn"),
    ("i", "\N{LATIN SMALL LETTER DOTLESS I}"),
]
ODD = [
    "it's",
    'the "best"',
    'it\'s the "best"',
    "x' for key 'user_email",
    'x" for key "user_email',
    "back\\slash",
    "%s %(a)s :a ?",
    "\N{PILE OF POO}" * 50,
]


async def load(store: Store, user: User) -> User:
    async with store.writing() as uow:
        return await uow[UserRepository].get(user.id)


async def change(store: Store, user: User) -> None:
    async with committed(store) as uow:
        await uow[UserRepository].store(user)


async def test_a_user_comes_back_as_stored(store: Store) -> None:
    full = a_user(bio="Prints.\nDaily.", image="https://x.org/a.png", role=Role.EDITOR, version=5)
    bare = User.imported("bob", "Bob", NOW)
    await given(store, full, bare)
    assert await load(store, full) == full
    assert await load(store, bare) == bare


async def test_a_changed_user_comes_back_as_they_are_then(store: Store) -> None:
    user = await given_user(store)
    user.rename("Bob")
    user.email = "Bob@x.org"
    user.present_as("Bob \N{PILE OF POO}")
    user.describe("b" * 2000)
    user.picture("i" * 2000)
    user.password_hash, user.role, user.mails = "another hash", Role.READER, False
    user.updated_at = NOW.astimezone(timezone(timedelta(hours=-5)))
    await change(store, user)
    stored = await load(store, user)
    assert stored == user
    assert (stored.version, stored.updated_at.tzinfo) == (2, UTC)


async def test_an_unknown_user_is_not_found(store: Store) -> None:
    async with store.writing() as uow:
        with pytest.raises(NotFound):
            await uow[UserRepository].get(new_id())
        assert await uow[UserRepository].called("nobody") is None
        assert await uow[UserRepository].known_as("nobody") is None


async def test_a_change_of_an_older_version_is_refused(store: Store) -> None:
    user = await given_user(store)
    older = replace(user, display_name="Later")
    user.present_as("Earlier")
    await change(store, user)
    with pytest.raises(ConcurrentChange):
        await change(store, older)
    assert (await load(store, user)).display_name == "Earlier"


@pytest.mark.parametrize(("name", "spelling"), SPELLINGS)
async def test_a_name_is_found_and_taken_in_any_spelling(
    store: Store, name: str, spelling: str
) -> None:
    user = await given_user(store, name)
    async with store.writing() as uow:
        for found in (
            await uow[UserRepository].called(spelling),
            await uow[UserRepository].known_as(spelling),
        ):
            assert found == user
    async with store.reading() as reads:
        profile = await reads[UserReader].person(spelling)
        assert profile
        assert profile.username == name
    with pytest.raises(Taken, match="username"):
        await given_user(store, spelling)


@pytest.mark.parametrize(("name", "other"), NAMES)
async def test_another_name_is_another_user(store: Store, name: str, other: str) -> None:
    await given_user(store, name)
    user = await given_user(store, other)
    async with store.writing() as uow:
        assert await uow[UserRepository].called(other) == user


@pytest.mark.parametrize("login", ["ann ", " ann", "ann\t", "ann@x.org "])
async def test_a_name_with_space_around_it_is_nobodys(store: Store, login: str) -> None:
    await given(store, a_user("ann", email="ann@x.org"))
    async with store.writing() as uow:
        assert await uow[UserRepository].called(login) is None
        assert await uow[UserRepository].known_as(login) is None
    async with store.reading() as reads:
        assert await reads[UserReader].person(login) is None


@pytest.mark.parametrize("name", ODD)
async def test_a_taken_name_of_any_characters_is_named(store: Store, name: str) -> None:
    user = await given_user(store, name)
    assert await load(store, user) == user
    with pytest.raises(Taken) as refused:
        await given_user(store, name)
    assert refused.value.field == "username"


@pytest.mark.parametrize("email", ["ann@x.org", '"a\'b"@x.org', "\N{ROCKET}@x.org", "a'b@x.org"])
async def test_a_taken_email_is_named(store: Store, email: str) -> None:
    bob = a_user("bob")
    await given(store, a_user("ann", email=email), bob)
    with pytest.raises(Taken) as refused:
        await given(store, a_user("cat", email=email.upper()))
    assert refused.value.field == "email"
    bob.email = email
    with pytest.raises(Taken) as refused:
        await change(store, bob)
    assert refused.value.field == "email"


async def test_a_refused_change_leaves_the_user_as_they_were(store: Store) -> None:
    await given_user(store, "ann")
    bob = await given_user(store, "bob")
    with pytest.raises(Taken) as refused:
        await change(store, replace(bob, username="ANN"))
    assert refused.value.field == "username"
    assert await load(store, bob) == bob


async def test_ones_own_name_is_not_taken(store: Store) -> None:
    user = await given_user(store, "ann")
    user.rename("Ann")
    await change(store, user)
    assert (await load(store, user)).username == "Ann"


async def test_a_name_that_was_given_up_is_free(store: Store) -> None:
    user = await given_user(store, "ann")
    user.rename("bob")
    await change(store, user)
    assert (await given_user(store, "ann")).id != user.id


async def test_many_users_may_have_no_email(store: Store) -> None:
    await given(store, User.imported("ann", "Ann", NOW), User.imported("bob", "Bob", NOW))
    async with store.writing() as uow:
        assert await uow[UserRepository].called("bob")


async def test_an_email_goes_before_a_name_that_is_like_it(store: Store) -> None:
    owner, thief = a_user("zoe", email="Ann@x.org"), a_user("ann", email="thief@x.org")
    thief.username = "ann@x.org"  # as it could be once
    await given(store, thief, owner)
    async with store.writing() as uow:
        assert await uow[UserRepository].known_as("ann@X.ORG") == owner


async def test_names_are_free_in_another_tenant(store: Store) -> None:
    await given(store, a_user("ann", email="ann@x.org"))
    await given(store.of_another_tenant(), a_user("ann", email="ann@x.org"))


OWN = ("id", "email", "email_verified", "pending_email", "role", "mails", "created_at")


async def test_an_account_and_a_profile_say_what_is_stored(store: Store) -> None:
    user = a_user("ann", display_name="Ann \N{ROCKET}", bio="", image="i")
    await given(store, user)
    async with store.reading() as reads:
        account = await reads[UserReader].account(user.id)
        assert await reads[UserReader].account(new_id()) is None
        assert await reads[UserReader].person("bob") is None
        profile = await reads[UserReader].person("ann")
    public = {name: getattr(user, name) for name in ("username", "display_name", "bio", "image")}
    own = {name: getattr(user, name) for name in OWN}
    assert profile
    assert profile.model_dump() == public | {"followers_count": 0}
    assert account
    assert account.model_dump() == public | own | {"followers_count": 0}
