"""Registering, logging in, staying logged in and logging out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import Row

from application import retries
from application.unit_of_work import Retryable
from application.user.ports import FamilyRepository, UserRepository
from application.user.sessions import RegisterCommand, SessionCommandService
from application.user.views import TokensView
from domain.caller import Role
from domain.errors import Invalid, Taken, Unauthenticated
from domain.token_family import TokenFamily
from domain.user import User
from infra.blog.user.table import token_families, users
from tests.support.fake_security import FakeClock, FakePasswordHasher, FakeTokens
from tests.support.limits import no_limits
from tests.support.samples import NOW
from tests.support.stores import Store, committed, given
from tests.support.watched import WatchedUnitOfWork

PASSWORD = "correct horse battery staple"
ANN = RegisterCommand(username="Ann", email="Ann@x.org", password=PASSWORD)
WRONG = "The login or the password is wrong."
OVER = "no longer good"


class Door:
    """Where people come in."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.uow = WatchedUnitOfWork(store.writing())
        self.clock = FakeClock()
        self.sessions = SessionCommandService(
            self.uow, self.clock, FakePasswordHasher(), FakeTokens(), no_limits()
        )

    async def user(self) -> User:
        async with self.store.writing() as uow:
            user = await uow[UserRepository].called("ann")
        assert user
        return user

    async def families(self) -> Sequence[Row[Any]]:
        """The logins, the oldest first."""
        return await self.store.rows(token_families)

    async def family(self) -> TokenFamily:
        """The newest login."""
        async with self.store.writing() as uow:
            family = await uow[FamilyRepository].get((await self.families())[-1].id)
        assert family
        return family

    async def registered(self) -> TokensView:
        return await self.sessions.register(ANN)

    async def refresh(self, tokens: TokensView, after: timedelta = timedelta(0)) -> TokensView:
        self.clock.advance(after)
        return await self.sessions.refresh(tokens.refresh_token)


@pytest.fixture
def door(store: Store) -> Door:
    return Door(store)


async def test_registration_gives_an_account_and_a_login(door: Door) -> None:
    tokens = await door.sessions.register(ANN)
    user, family = await door.user(), await door.family()
    assert (user.username, user.email, user.role) == ("Ann", "Ann@x.org", Role.AUTHOR)
    assert (user.display_name, user.password_hash) == ("Ann", f"hash of {PASSWORD}")
    assert (tokens.user.id, tokens.user.username, tokens.user.email) == (
        user.id,
        "Ann",
        "Ann@x.org",
    )
    assert tokens.access_token == f"access {user.id} author {family.id}"
    assert tokens.refresh_token == f"refresh {family.id} 1"
    assert (tokens.expires_in, tokens.token_type) == (600, "bearer")
    assert (family.user_id, family.rotated_at) == (user.id, NOW)


async def test_registration_is_one_transaction(door: Door) -> None:
    await door.registered()
    assert door.uow.log == ["begin", "commit"]
    assert door.uow.kept_for == [(await door.user()).id]


@pytest.mark.parametrize(
    ("fields", "field"), [({"username": "ANN"}, "username"), ({"email": "ann@X.org"}, "email")]
)
async def test_a_taken_name_leaves_nothing_behind(
    door: Door, fields: dict[str, str], field: str
) -> None:
    await door.registered()
    other = RegisterCommand(username="bob", email="bob@x.org", password=PASSWORD)
    with pytest.raises(Taken) as refused:
        await door.sessions.register(other.model_copy(update=fields))
    assert refused.value.field == field
    assert (len(await door.store.rows(users)), len(await door.families())) == (1, 1)


async def test_both_of_a_taken_name_and_email_are_named(door: Door) -> None:
    await door.registered()
    with pytest.raises(Taken) as refused:
        await door.sessions.register(ANN)
    assert refused.value.fields == ("username", "email")


async def test_a_lasting_login_has_one_token(door: Door) -> None:
    registered = await door.sessions.register_lasting(ANN, "Firefox")
    logged_in = await door.sessions.log_in_lasting("ann@x.org", PASSWORD)
    families = await door.families()
    assert [family.generation for family in families] == [0, 0]
    assert families[0].client == "Firefox"
    for login, family in zip((registered, logged_in), families, strict=True):
        assert login.token == f"lasting access {login.user.id} author {family.id}"
        assert (login.user.username, login.user.email) == ("Ann", "Ann@x.org")
    for name in ("ann", "nobody"):
        with pytest.raises(Unauthenticated, match=WRONG):
            await door.sessions.log_in_lasting(name, "wrong password")


async def test_a_wrong_registration_takes_no_connection(door: Door) -> None:
    with pytest.raises(Invalid):
        await door.sessions.register(ANN.model_copy(update={"username": "a/b"}))
    assert door.uow.log == []


@pytest.mark.parametrize("password", ["seven77", "x" * 129])
def test_a_password_has_8_to_128_characters(password: str) -> None:
    with pytest.raises(ValidationError):
        RegisterCommand(username="ann", email="a@x.org", password=password)


async def test_registration_is_tried_again_with_the_same_account(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries, "_PAUSE_SECONDS", 0)
    door.uow.commit_failures.extend([Retryable(), Retryable()])
    tokens = await door.sessions.register(ANN)
    assert (tokens.user.id, len(await door.families())) == ((await door.user()).id, 1)


@pytest.mark.parametrize("login", ["Ann", "ann", "ANN", "ann@x.org", "ANN@X.ORG"])
async def test_logging_in_by_username_or_email(door: Door, login: str) -> None:
    await door.registered()
    tokens = await door.sessions.log_in(login, PASSWORD)
    user, family = await door.user(), await door.family()
    assert len(await door.families()) == 2
    assert tokens.refresh_token == f"refresh {family.id} 1"
    assert tokens.access_token == f"access {user.id} author {family.id}"
    assert door.uow.kept_for == [user.id, user.id]


@pytest.mark.parametrize(
    ("login", "password"), [("ann", "wrong"), ("nobody", PASSWORD), ("ann", ""), ("", PASSWORD)]
)
async def test_a_wrong_login_gets_one_answer(door: Door, login: str, password: str) -> None:
    await door.registered()
    with pytest.raises(Unauthenticated) as refused:
        await door.sessions.log_in(login, password)
    assert str(refused.value) == WRONG
    assert len(await door.families()) == 1


async def test_a_password_is_verified_for_unknown_users_too(door: Door) -> None:
    """So that the answer takes as long, and outside of any transaction."""
    asked: list[tuple[str | None, int]] = []

    class Watching(FakePasswordHasher):
        async def verify(self, password: str, password_hash: str | None) -> bool:
            asked.append((password_hash, door.uow.depth))
            return await super().verify(password, password_hash)

    await door.registered()
    door.sessions.passwords = Watching()
    for login in ("ann", "nobody"):
        with pytest.raises(Unauthenticated):
            await door.sessions.log_in(login, "wrong password")
    assert asked == [(f"hash of {PASSWORD}", 0), (None, 0)]


async def test_nobody_can_log_in_to_an_imported_author(door: Door) -> None:
    await given(door.store, User.imported("ann", "Ann", NOW))
    for password in ("", "None", PASSWORD):
        with pytest.raises(Unauthenticated, match=WRONG):
            await door.sessions.log_in("ann", password)


async def test_a_refresh_token_rotates(door: Door) -> None:
    tokens = await door.registered()
    for generation in (2, 3):
        tokens = await door.refresh(tokens, after=timedelta(days=29))
        family = await door.family()
        assert tokens.refresh_token == f"refresh {family.id} {generation}"
        assert (family.generation, family.rotated_at) == (generation, door.clock())


async def test_two_tabs_get_the_same_successor_for_10_seconds(door: Door) -> None:
    first = await door.registered()
    second = await door.refresh(first)
    assert await door.refresh(first, after=timedelta(seconds=10)) == second
    third = await door.refresh(second)
    assert third.refresh_token == f"refresh {(await door.family()).id} 3"


async def test_a_token_presented_again_later_ends_its_family(door: Door) -> None:
    first = await door.registered()
    second = await door.refresh(first)
    with pytest.raises(Unauthenticated, match=OVER):
        await door.refresh(first, after=timedelta(seconds=10, microseconds=1))
    # the end is committed, though the command failed
    assert (await door.family()).revoked_at == door.clock()
    with pytest.raises(Unauthenticated, match=OVER):
        await door.refresh(second)
    other = await door.sessions.log_in("ann", PASSWORD)
    assert await door.refresh(other)


@pytest.mark.parametrize("generation", [-1, 0, 1, 4, 99])
async def test_any_other_generation_ends_the_family(door: Door, generation: int) -> None:
    await door.registered()
    family = replace(await door.family(), generation=3)
    async with committed(door.store) as uow:
        await uow[FamilyRepository].store(family, generation=1)
    with pytest.raises(Unauthenticated, match=OVER):
        await door.sessions.refresh(f"refresh {family.id} {generation}")
    family = await door.family()
    assert (family.generation, family.revoked_at) == (3, NOW)


async def test_a_family_ends_after_30_days_unused(door: Door) -> None:
    tokens = await door.registered()
    tokens = await door.refresh(tokens, after=timedelta(days=30))
    with pytest.raises(Unauthenticated, match=OVER):
        await door.refresh(tokens, after=timedelta(days=30, microseconds=1))


async def test_an_unknown_family_is_no_longer_good(door: Door) -> None:
    with pytest.raises(Unauthenticated, match=OVER):
        await door.sessions.refresh("refresh 018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e 1")


async def test_what_is_no_refresh_token_is_refused(door: Door) -> None:
    tokens = await door.registered()
    for token in ("", "nonsense", tokens.access_token):
        with pytest.raises(Unauthenticated):
            await door.sessions.refresh(token)
        with pytest.raises(Unauthenticated):
            await door.sessions.log_out(token)


async def test_a_new_role_binds_at_the_next_refresh(door: Door) -> None:
    tokens = await door.registered()
    async with committed(door.store) as uow:
        await uow[UserRepository].store(replace(await door.user(), role=Role.READER))
    assert (await door.refresh(tokens)).access_token.split()[2] == "reader"


async def test_logging_out_ends_the_family(door: Door) -> None:
    tokens = await door.registered()
    await door.sessions.log_out(tokens.refresh_token)
    ended = (await door.family()).revoked_at
    assert ended == NOW
    with pytest.raises(Unauthenticated, match=OVER):
        await door.refresh(tokens)
    door.clock.advance(timedelta(hours=1))
    await door.sessions.log_out(tokens.refresh_token)
    assert (await door.family()).revoked_at == ended


async def test_logging_out_with_an_older_token_ends_the_family_too(door: Door) -> None:
    first = await door.registered()
    second = await door.refresh(first)
    await door.sessions.log_out(first.refresh_token)
    with pytest.raises(Unauthenticated, match=OVER):
        await door.refresh(second)


async def test_logging_out_of_what_is_not_there_does_nothing(door: Door) -> None:
    await door.sessions.log_out("refresh 018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e 1")
    assert await door.store.dump() == {}
