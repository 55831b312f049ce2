"""Users: what they may be called, and what their roles allow."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pytest

from domain.caller import Role
from domain.errors import Invalid
from domain.tenant import Tenant
from domain.user import User, checked_email, checked_username
from tests.support.samples import NOW, a_user, caller


def test_registration_gives_an_author() -> None:
    user = User.register("Ann", "Ann@x.org", "a hash", "Ann Page", NOW)
    assert (user.username, user.email, user.password_hash) == ("Ann", "Ann@x.org", "a hash")
    assert (user.display_name, user.role, user.version) == ("Ann Page", Role.AUTHOR, 1)
    assert (user.bio, user.image, user.created_at, user.updated_at) == (None, None, NOW, NOW)
    assert user.id.version == 7


@pytest.mark.parametrize("display_name", [None, ""])
def test_without_a_display_name_it_is_the_username(display_name: str | None) -> None:
    assert User.register("Ann", "a@x.org", "a hash", display_name, NOW).display_name == "Ann"


def test_nobody_can_log_in_to_an_imported_author() -> None:
    user = User.imported("ann", "Ann Page", NOW)
    assert (user.email, user.password_hash, user.role) == (None, None, Role.AUTHOR)


@pytest.mark.parametrize(
    "username",
    ["a", "a" * 50, "Ann Page", "me2", "m e", "...", "\N{ROCKET}" * 50, "Зоя", "ϐ"],
)
def test_names_that_users_may_have(username: str) -> None:
    assert checked_username(username) == username


@pytest.mark.parametrize(
    ("username", "code"),
    [
        ("", "blank"),
        (" ", "blank"),
        ("a" * 51, "too_long"),
        ("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 15, "too_long"),
        ("a\0b", "bad_characters"),
        ("a\nb", "bad_characters"),
        ("\ud800", "bad_characters"),
        ("a/b", "bad_characters"),
        ("ann@example.com", "bad_characters"),
        ("a\uff20b", "bad_characters"),
        ("/", "bad_characters"),
        (" ann", "bad_characters"),
        ("ann\N{NO-BREAK SPACE}", "bad_characters"),
        ("me", "reserved"),
        ("ME", "reserved"),
        ("\N{FULLWIDTH LATIN SMALL LETTER M}\N{FULLWIDTH LATIN SMALL LETTER E}", "reserved"),
        (".", "reserved"),
        ("..", "reserved"),
    ],
)
def test_names_that_users_may_not_have(username: str, code: str) -> None:
    with pytest.raises(Invalid) as raised:
        checked_username(username)
    assert (raised.value.field, raised.value.code) == ("username", code)


@pytest.mark.parametrize(
    "email",
    ["a@b", "ann@x.org", '"a@b"@x.org', "a+b@x.org", "зоя@пример.рф", "a@[::1]", "a" * 252 + "@b"],
)
def test_addresses_that_could_receive_mail(email: str) -> None:
    assert checked_email(email) == email


@pytest.mark.parametrize(
    ("email", "code"),
    [
        ("", "blank"),
        ("nobody", "bad_email"),
        ("@x.org", "bad_email"),
        ("ann@", "bad_email"),
        ("@", "bad_email"),
        ("a b@x.org", "bad_email"),
        (" ann@x.org", "bad_email"),
        ("ann@x.org\N{IDEOGRAPHIC SPACE}", "bad_email"),
        ("a@b\n", "bad_characters"),
        ("a\0@b", "bad_characters"),
        ("\ud800@b", "bad_characters"),
        ("a" * 253 + "@b", "too_long"),
        ("\N{LATIN SMALL LIGATURE FFI}" * 100 + "@b", "too_long"),
    ],
)
def test_addresses_that_could_not(email: str, code: str) -> None:
    with pytest.raises(Invalid) as raised:
        checked_email(email)
    assert (raised.value.field, raised.value.code) == ("email", code)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", ""),
        ("display_name", " "),
        ("display_name", "d" * 101),
        ("display_name", "a\nb"),
        ("bio", "b" * 2001),
        ("bio", "a\x07b"),
        ("image", ""),
        ("image", "i" * 2001),
        ("image", "a\nb"),
    ],
)
def test_a_bad_change_leaves_a_user_as_they_were(field: str, value: str) -> None:
    user = a_user()
    before = replace(user)
    with pytest.raises(Invalid) as raised:
        change(user, field, value)
    assert raised.value.field == field
    assert user == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "bob"),
        ("pending_email", "bob@x.org"),
        ("display_name", "d" * 100),
        ("bio", "b" * 2000),
        ("bio", "two\nlines"),
        ("bio", ""),
        ("bio", None),
        ("image", "i" * 2000),
        ("image", None),
    ],
)
def test_a_good_change_is_kept_as_it_is(field: str, value: str | None) -> None:
    user = a_user(bio="before", image="before")
    others = {name: kept for name, kept in asdict(user).items() if name != field}
    change(user, field, value)
    assert asdict(user) == others | {field: value}


def change(user: User, field: str, value: Any) -> None:
    changes: dict[str, Callable[[Any], None]] = {
        "username": user.rename,
        "pending_email": user.ask_to_move,
        "display_name": user.present_as,
        "bio": user.describe,
        "image": user.picture,
    }
    changes[field](value)


@pytest.mark.parametrize(
    ("role", "writes", "edits_all"),
    [
        (Role.READER, False, False),
        (Role.AUTHOR, True, False),
        (Role.EDITOR, True, True),
        (Role.ADMIN, True, True),
    ],
)
def test_what_roles_allow(role: Role, writes: bool, edits_all: bool) -> None:
    by = caller(a_user(), role)
    assert (by.writes_posts, by.edits_all_posts) == (writes, edits_all)


def test_a_tenant_has_a_name_of_one_line() -> None:
    tenant = Tenant.named("n" * 100)
    assert (tenant.name, tenant.id.version) == ("n" * 100, 7)
    for name in ("", "n" * 101, "a\nb"):
        with pytest.raises(Invalid):
            Tenant.named(name)
