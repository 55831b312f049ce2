"""Passwords: which ones an account may have (NIST SP 800-63B, 3.1.1.2)."""

from functools import cache
from pathlib import Path

from domain.errors import Invalid
from domain.text import folded

PASSWORD_LIMITS = (8, 128)
# those of at least 8 characters among the 10,000 most common passwords, by zxcvbn's list (MIT)
_COMMON = Path(__file__).with_name("common_passwords.txt")
_TELLING = 3  # characters: nearly every password contains shorter names


def checked_password(
    password: str, username: str, email: str | None, *, may_be_common: bool = False
) -> str:
    """Check a new password: its length, and that it is hard to guess; any characters do."""
    least, most = PASSWORD_LIMITS
    if not least <= len(password) <= most:
        raise Invalid("password", f"It must have {least} to {most} characters.", "bad_length")
    plain = folded(password)
    if plain in _common() and not may_be_common:
        raise Invalid("password", "It is one of the 10,000 most common ones.", "common")
    if any(len(name) >= _TELLING and folded(name) in plain for name in (username, email or "")):
        raise Invalid("password", "It contains the username or the email.", "guessable")
    return password


@cache
def _common() -> frozenset[str]:
    return frozenset(_COMMON.read_text().split())
