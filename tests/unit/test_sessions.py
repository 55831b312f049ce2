"""Registering, logging in, staying logged in and logging out, on fakes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import ValidationError

from application import handlers
from application.unit_of_work import Retryable
from application.user.sessions import RegisterCommand, SessionCommandService
from application.user.views import TokensView
from domain.errors import Invalid, Taken, Unauthenticated
from domain.tenant import DEFAULT_TENANT
from domain.token_family import TokenFamily
from domain.user import Role, User
from tests.support.fake_repositories import Blog
from tests.support.fake_security import FakeClock, FakePasswordHasher, FakeTokens
from tests.support.fakes import FakeDatabase, FakeWriteUnitOfWork
from tests.support.samples import NOW

PASSWORD = "correct horse battery staple"
ANN = RegisterCommand(username="Ann", email="Ann@x.org", password=PASSWORD)
WRONG = "The login or the password is wrong."
OVER = "no longer good"


class Door:
    """Where people come in."""

    def __init__(self) -> None:
        self.database = FakeDatabase()
        self.uow = FakeWriteUnitOfWork(self.database)
        self.clock = FakeClock()
        self.sessions = SessionCommandService(
            self.uow, self.clock, FakePasswordHasher(), FakeTokens()
        )

    @property
    def blog(self) -> Blog:
        return self.database.blogs[DEFAULT_TENANT]

    @property
    def user(self) -> User:
        [user] = self.blog.users.values()
        return user

    @property
    def family(self) -> TokenFamily:
        """The newest login."""
        return list(self.blog.families.values())[-1]

    async def registered(self) -> TokensView:
        return await self.sessions.register(ANN)

    async def refresh(self, tokens: TokensView, after: timedelta = timedelta(0)) -> TokensView:
        self.clock.advance(after)
        return await self.sessions.refresh(tokens.refresh_token)


@pytest.fixture
def door() -> Door:
    return Door()


async def test_registration_gives_an_account_and_a_login(door: Door) -> None:
    given = await door.sessions.register(ANN)
    user = door.user
    assert (user.username, user.email, user.role) == ("Ann", "Ann@x.org", Role.AUTHOR)
    assert (user.display_name, user.password_hash) == ("Ann", f"hash of {PASSWORD}")
    assert (given.user.id, given.user.username, given.user.email) == (user.id, "Ann", "Ann@x.org")
    assert given.access_token == f"access {user.id} author {door.family.id}"
    assert given.refresh_token == f"refresh {door.family.id} 1"
    assert (given.expires_in, given.token_type) == (600, "bearer")
    assert (door.family.user_id, door.family.rotated_at) == (user.id, NOW)


async def test_registration_is_one_transaction(door: Door) -> None:
    await door.registered()
    assert door.uow.log == ["begin", "commit"]
    assert door.database.kept_positions == {door.user.id: 1}


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
    assert (len(door.blog.users), len(door.blog.families)) == (1, 1)


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
    monkeypatch.setattr(handlers, "_PAUSE_SECONDS", 0)
    door.uow.commit_failures.extend([Retryable(), Retryable()])
    given = await door.sessions.register(ANN)
    assert (given.user.id, len(door.blog.families)) == (door.user.id, 1)


@pytest.mark.parametrize("login", ["Ann", "ann", "ANN", "ann@x.org", "ANN@X.ORG"])
async def test_logging_in_by_username_or_email(door: Door, login: str) -> None:
    await door.registered()
    tokens = await door.sessions.log_in(login, PASSWORD)
    assert len(door.blog.families) == 2
    assert tokens.refresh_token == f"refresh {door.family.id} 1"
    assert tokens.access_token == f"access {door.user.id} author {door.family.id}"
    assert door.database.kept_positions == {door.user.id: 2}


@pytest.mark.parametrize(
    ("login", "password"), [("ann", "wrong"), ("nobody", PASSWORD), ("ann", ""), ("", PASSWORD)]
)
async def test_a_wrong_login_gets_one_answer(door: Door, login: str, password: str) -> None:
    await door.registered()
    with pytest.raises(Unauthenticated) as refused:
        await door.sessions.log_in(login, password)
    assert str(refused.value) == WRONG
    assert len(door.blog.families) == 1


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
    author = User.imported("ann", "Ann", NOW)
    door.blog.users[author.id] = author
    for password in ("", "None", PASSWORD):
        with pytest.raises(Unauthenticated, match=WRONG):
            await door.sessions.log_in("ann", password)


async def test_a_refresh_token_rotates(door: Door) -> None:
    tokens = await door.registered()
    for generation in (2, 3):
        tokens = await door.refresh(tokens, after=timedelta(days=29))
        assert tokens.refresh_token == f"refresh {door.family.id} {generation}"
        assert (door.family.generation, door.family.rotated_at) == (generation, door.clock())


async def test_two_tabs_get_the_same_successor_for_10_seconds(door: Door) -> None:
    first = await door.registered()
    second = await door.refresh(first)
    assert await door.refresh(first, after=timedelta(seconds=10)) == second
    assert (await door.refresh(second)).refresh_token == f"refresh {door.family.id} 3"


async def test_a_token_presented_again_later_ends_its_family(door: Door) -> None:
    first = await door.registered()
    second = await door.refresh(first)
    with pytest.raises(Unauthenticated, match=OVER):
        await door.refresh(first, after=timedelta(seconds=10, microseconds=1))
    # the end is committed, though the command failed
    assert door.family.revoked_at == door.clock()
    with pytest.raises(Unauthenticated, match=OVER):
        await door.refresh(second)
    other = await door.sessions.log_in("ann", PASSWORD)
    assert await door.refresh(other)


@pytest.mark.parametrize("generation", [-1, 0, 1, 4, 99])
async def test_any_other_generation_ends_the_family(door: Door, generation: int) -> None:
    await door.registered()
    door.blog.families[door.family.id] = replace(door.family, generation=3)
    with pytest.raises(Unauthenticated, match=OVER):
        await door.sessions.refresh(f"refresh {door.family.id} {generation}")
    assert (door.family.generation, door.family.revoked_at) == (3, NOW)


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
    door.blog.users[door.user.id] = replace(door.user, role=Role.READER)
    assert (await door.refresh(tokens)).access_token.split()[2] == "reader"


async def test_logging_out_ends_the_family(door: Door) -> None:
    tokens = await door.registered()
    await door.sessions.log_out(tokens.refresh_token)
    ended = door.family.revoked_at
    assert ended == NOW
    with pytest.raises(Unauthenticated, match=OVER):
        await door.refresh(tokens)
    door.clock.advance(timedelta(hours=1))
    await door.sessions.log_out(tokens.refresh_token)
    assert door.family.revoked_at == ended


async def test_logging_out_with_an_older_token_ends_the_family_too(door: Door) -> None:
    first = await door.registered()
    second = await door.refresh(first)
    await door.sessions.log_out(first.refresh_token)
    with pytest.raises(Unauthenticated, match=OVER):
        await door.refresh(second)


async def test_logging_out_of_what_is_not_there_does_nothing(door: Door) -> None:
    await door.sessions.log_out("refresh 018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e 1")
    assert door.database.commits == 0
