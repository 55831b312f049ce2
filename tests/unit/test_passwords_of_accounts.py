"""Which passwords an account may have."""

import pytest

from domain.errors import Invalid
from domain.password import checked_password


def refused(password: str, username: str = "ann", email: str | None = "ann@x.org") -> str:
    with pytest.raises(Invalid) as raised:
        checked_password(password, username, email)
    assert raised.value.field == "password"
    return raised.value.code


@pytest.mark.parametrize("length", [8, 128])
@pytest.mark.parametrize("character", ["y", " ", "\N{ROCKET}", "\0"])
def test_any_characters_do(character: str, length: int) -> None:
    assert checked_password(character * length, "ann", None)


@pytest.mark.parametrize("length", [0, 7, 129])
def test_a_password_has_8_to_128_characters(length: int) -> None:
    assert refused("y" * length) == "bad_length"


@pytest.mark.parametrize("password", ["password", "12345678", "PASSWORD", "iloveyou"])
def test_a_common_password_is_refused(password: str) -> None:
    assert refused(password) == "common"


@pytest.mark.parametrize("password", ["Ann and others", "write to ANN@X.ORG", "susANNa says"])
def test_a_password_that_holds_the_name_is_refused(password: str) -> None:
    assert refused(password) == "guessable"


def test_names_of_one_or_two_characters_are_in_every_password() -> None:
    assert checked_password("the presses", "e", None)
