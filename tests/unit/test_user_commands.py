"""Commands and queries on accounts."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from application.caching import Uncached
from application.user.commands import RightsPatch, UserCommandService, UserPatch
from application.user.ports import FamilyRepository, UserRepository
from application.user.queries import UserQueryService
from application.user.views import AccountView
from domain.caller import Caller, Role
from domain.errors import Forbidden, Invalid, NotFound, Taken, Unauthenticated
from domain.ids import new_id
from domain.token_family import TokenFamily
from domain.user import User
from infra.database.tables import jobs
from tests.support.fake_security import FakeClock, FakePasswordHasher
from tests.support.limits import no_limits
from tests.support.samples import NOW, a_family, a_user, caller
from tests.support.stores import Store, given

PASSWORD = "correct horse battery staple"
LATER = NOW + timedelta(hours=1)


class Accounts:
    """Ann's and Bob's, and the services of one of them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.ann = a_user("ann", email="ann@x.org", password_hash="hash of present")
        self.bob = a_user("bob", email="bob@x.org")
        self.as_ann = caller(self.ann)

    async def stored(self, user: User) -> User:
        async with self.store.writing() as uow:
            return await uow[UserRepository].get(user.id)

    async def revoked(self, *families: TokenFamily) -> list[datetime | None]:
        async with self.store.writing() as uow:
            found = [await uow[FamilyRepository].get(family.id) for family in families]
        return [family.revoked_at for family in found if family]

    def commands(self, who: Caller | None) -> UserCommandService:
        uow = self.store.writing(who)
        return UserCommandService(uow, who, FakeClock(LATER), FakePasswordHasher(), no_limits())

    def queries(self, who: Caller | None) -> UserQueryService:
        return UserQueryService(self.store.reading(), Uncached(), who)

    async def change(self, **fields: Any) -> AccountView:
        return await self.commands(self.as_ann).change_me(UserPatch(**fields))


@pytest.fixture
async def accounts(store: Store) -> Accounts:
    accounts = Accounts(store)
    await given(store, accounts.ann, accounts.bob)
    return accounts


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "Ann.New"),
        ("username", "ANN"),
        ("display_name", "Ann \N{ROCKET}"),
        ("bio", "Prints.\nDaily."),
        ("bio", ""),
        ("bio", None),
        ("image", "i"),
        ("image", None),
    ],
)
async def test_a_patch_changes_what_it_names(accounts: Accounts, field: str, value: Any) -> None:
    before = await accounts.stored(accounts.ann)
    account = await accounts.change(**{field: value})
    assert getattr(account, field) == value
    changed: dict[str, Any] = {field: value, "version": 2, "updated_at": LATER}
    assert await accounts.stored(accounts.ann) == replace(before, **changed)


async def test_bio_and_image_can_be_taken_back(accounts: Accounts) -> None:
    await accounts.change(bio="b", image="i")
    account = await accounts.change(bio=None, image=None)
    assert (account.bio, account.image) == (None, None)


async def test_an_empty_patch_changes_nothing(accounts: Accounts) -> None:
    before = await accounts.stored(accounts.ann)
    account = await accounts.change()
    assert (account.id, account.username) == (accounts.ann.id, "ann")
    assert await accounts.stored(accounts.ann) == before


@pytest.mark.parametrize(("field", "value"), [("username", "BOB"), ("username", "bob")])
async def test_a_taken_name_is_named(accounts: Accounts, field: str, value: str) -> None:
    before = await accounts.stored(accounts.ann)
    with pytest.raises(Taken) as refused:
        await accounts.change(bio="not kept either", **{field: value})
    assert refused.value.field == field
    assert await accounts.stored(accounts.ann) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [("username", "me"), ("display_name", " "), ("bio", "\0"), ("image", "")],
)
async def test_what_is_wrong_is_named(accounts: Accounts, field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        await accounts.change(**{field: value})
    assert refused.value.field == field
    assert (await accounts.stored(accounts.ann)).version == 1


@pytest.mark.parametrize("field", ["username", "email", "password", "display_name"])
@pytest.mark.parametrize("value", [None, ""])
def test_what_an_account_must_have_cannot_be_taken_away(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        UserPatch(**{field: value})


@pytest.mark.parametrize("fields", [{"role": "admin"}, {"id": "x"}, {"password": "seven77"}])
def test_what_nobody_may_change_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        UserPatch(**fields)


async def test_a_new_password_ends_all_other_logins(accounts: Accounts) -> None:
    mine = a_family(accounts.ann)
    other, of_bob = a_family(accounts.ann), a_family(accounts.bob)
    await given(accounts.store, mine, other, of_bob)
    accounts.as_ann = replace(accounts.as_ann, login_id=mine.id)
    await accounts.change(password=PASSWORD, current_password="present")
    assert (await accounts.stored(accounts.ann)).password_hash == f"hash of {PASSWORD}"
    assert await accounts.revoked(mine, other, of_bob) == [None, LATER, None]


async def test_a_new_email_waits_for_its_link(accounts: Accounts) -> None:
    account = await accounts.change(email="new@x.org", current_password="present")
    assert (account.email, account.pending_email) == ("ann@x.org", "new@x.org")
    with pytest.raises(Invalid) as refused:
        await accounts.change(email="nobody", current_password="present")
    assert refused.value.field == "email"


async def test_the_present_email_is_no_change(accounts: Accounts) -> None:
    account = await accounts.change(email="ann@x.org", bio="b")
    assert (account.pending_email, account.bio) == (None, "b")


@pytest.mark.parametrize("field", [{"email": "new@x.org"}, {"password": PASSWORD}])
async def test_another_password_than_the_present_one_changes_nothing(
    accounts: Accounts, field: dict[str, str]
) -> None:
    before = await accounts.stored(accounts.ann)
    for proof in ("", "wrong"):
        with pytest.raises(Invalid) as refused:
            await accounts.change(**field, current_password=proof)
        assert refused.value.field == "current_password"
    assert await accounts.stored(accounts.ann) == before


async def test_logins_go_on_where_the_password_stays(accounts: Accounts) -> None:
    other = a_family(accounts.ann)
    await given(accounts.store, other)
    await accounts.change(username="new")
    assert await accounts.revoked(other) == [None]
    assert (await accounts.stored(accounts.ann)).password_hash == "hash of present"


async def test_a_password_is_hashed_outside_the_transaction(accounts: Accounts) -> None:
    commands = accounts.commands(accounts.as_ann)
    depths = []

    class Watching(FakePasswordHasher):
        async def hash(self, password: str) -> str:
            depths.append(commands.write_uow.depth)
            return await super().hash(password)

    commands.passwords = Watching()
    await commands.change_me(UserPatch(password=PASSWORD, current_password="present"))
    assert depths == [0]


async def test_nobody_has_no_account(accounts: Accounts) -> None:
    with pytest.raises(Unauthenticated):
        await accounts.commands(None).change_me(UserPatch(bio="b"))
    with pytest.raises(Unauthenticated):
        await accounts.queries(None).get_me()


async def test_an_account_that_is_gone_is_not_found(accounts: Accounts) -> None:
    gone = Caller(new_id(), Role.AUTHOR)
    with pytest.raises(NotFound):
        await accounts.commands(gone).change_me(UserPatch(bio="b"))
    with pytest.raises(NotFound):
        await accounts.queries(gone).get_me()


async def test_a_role_is_given_by_name(accounts: Accounts) -> None:
    await accounts.commands(None).set_rights("ANN", RightsPatch(role=Role.EDITOR))
    ann = await accounts.stored(accounts.ann)
    assert (ann.role, ann.version, ann.updated_at) == (Role.EDITOR, 2, LATER)
    assert (await accounts.stored(accounts.bob)).role is Role.AUTHOR
    with pytest.raises(NotFound):
        await accounts.commands(None).set_rights("nobody", RightsPatch(role=Role.EDITOR))


async def test_ones_own_account_and_anyones_profile(accounts: Accounts) -> None:
    account = await accounts.queries(accounts.as_ann).get_me()
    assert (account.id, account.email, account.role) == (
        accounts.ann.id,
        "ann@x.org",
        Role.AUTHOR,
    )
    profile = await accounts.queries(None).get_profile("ANN")
    assert profile.model_dump() == {
        "username": "ann",
        "display_name": "ann",
        "bio": None,
        "image": None,
        "followers_count": 0,
        "following": False,
    }
    with pytest.raises(NotFound):
        await accounts.queries(accounts.as_ann).get_profile("nobody")


# Without a password


async def test_a_lasting_token_changes_what_else_needs_a_password(accounts: Accounts) -> None:
    mine, other = a_family(accounts.ann), a_family(accounts.ann)
    await given(accounts.store, mine, other)
    by_token = replace(accounts.as_ann, login_id=mine.id, by_lasting_token=True)
    patch = UserPatch(password=PASSWORD, email="new@x.org")
    account = await accounts.commands(by_token).change_me_unproven(patch)
    assert (account.email, account.pending_email) == ("ann@x.org", "new@x.org")
    assert (await accounts.stored(accounts.ann)).password_hash == f"hash of {PASSWORD}"
    assert await accounts.revoked(mine, other) == [None, LATER]


@pytest.mark.parametrize("change", [{"password": PASSWORD}, {"email": "new@x.org"}])
async def test_other_tokens_change_none_of_it(accounts: Accounts, change: dict[str, str]) -> None:
    before = await accounts.stored(accounts.ann)
    for caller_ in (accounts.as_ann, replace(accounts.as_ann, by_token=True)):
        with pytest.raises(Forbidden):
            await accounts.commands(caller_).change_me_unproven(UserPatch(**change, bio="b"))
    assert await accounts.stored(accounts.ann) == before


async def test_an_email_that_waits_already_is_no_change(accounts: Accounts) -> None:
    commands = accounts.commands(accounts.as_ann)
    await accounts.change(email="new@x.org", current_password="present")
    for bio in ("one", "two"):
        account = await commands.change_me_unproven(UserPatch(email="new@x.org", bio=bio))
        assert (account.pending_email, account.bio) == ("new@x.org", bio)
    assert len(await accounts.store.rows(jobs)) == 1


async def test_the_present_email_ends_the_wait_for_another(accounts: Accounts) -> None:
    await accounts.change(email="new@x.org", current_password="present")
    assert (await accounts.change(email="ann@x.org")).pending_email is None
