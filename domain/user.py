"""The user: an account, its public face, and what its role allows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.errors import Invalid
from domain.ids import new_id
from domain.text import checked_line, checked_name, checked_note, folded, is_unseen

USERNAME_LIMIT = 50
EMAIL_LIMIT = 254
DISPLAY_NAME_LIMIT = 100
BIO_LIMIT = 2_000
IMAGE_LIMIT = 2_000
PASSWORD_LIMITS = (8, 128)


class Role(StrEnum):
    """What a user may do; each role may all that the one before it may."""

    READER = "reader"
    AUTHOR = "author"
    EDITOR = "editor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for something, as their access token says."""

    id: UUID
    role: Role
    family_id: UUID

    @property
    def writes_posts(self) -> bool:
        return self.role is not Role.READER

    @property
    def edits_all_posts(self) -> bool:
        return self.role in (Role.EDITOR, Role.ADMIN)

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN


@dataclass(slots=True)
class User:
    """An account. Without a password hash nobody can log in to it, as with imported authors."""

    id: UUID
    username: str
    email: str | None
    password_hash: str | None
    display_name: str
    bio: str | None
    image: str | None
    role: Role
    is_active: bool
    mails: bool  # whether they want any
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def register(
        cls, username: str, email: str, password_hash: str, display_name: str | None, now: datetime
    ) -> "User":
        """Make the account that registration gives: an author."""
        user = cls.imported(username, display_name or username, now)
        user.email = checked_email(email)
        user.password_hash = password_hash
        return user

    @classmethod
    def imported(cls, username: str, display_name: str, now: datetime) -> "User":
        """Make an author whose posts came from elsewhere: nobody can log in to it."""
        return cls(
            id=new_id(),
            username=checked_username(username),
            email=None,
            password_hash=None,
            display_name=checked_line("display_name", display_name, DISPLAY_NAME_LIMIT),
            bio=None,
            image=None,
            role=Role.AUTHOR,
            is_active=True,
            mails=True,
            version=1,
            created_at=now,
            updated_at=now,
        )

    def rename(self, username: str) -> None:
        self.username = checked_username(username)

    def move_to(self, email: str) -> None:
        self.email = checked_email(email)

    def present_as(self, display_name: str) -> None:
        self.display_name = checked_line("display_name", display_name, DISPLAY_NAME_LIMIT)

    def describe(self, bio: str | None) -> None:
        self.bio = None if bio is None else checked_note("bio", bio, BIO_LIMIT)

    def picture(self, image: str | None) -> None:
        self.image = None if image is None else checked_line("image", image, IMAGE_LIMIT)


def checked_username(username: str) -> str:
    """Check a username: it is one part of an address, `/users/<username>`."""
    checked_name("username", username, USERNAME_LIMIT)
    # people log in by either, and an email must never be somebody else's username
    if "/" in username or "@" in folded(username) or username != username.strip():
        raise Invalid("username", "No /, no @ and no space at its ends.", "bad_characters")
    if any(map(is_unseen, username)):
        raise Invalid("username", "It has a character that can't be seen.", "bad_characters")
    if folded(username) == "me" or username in (".", ".."):
        raise Invalid("username", "This name has a meaning of its own.", "reserved")
    return username


def checked_email(email: str) -> str:
    """Check that an address could receive mail: something, an @, something, no spaces."""
    checked_name("email", email, EMAIL_LIMIT)
    local, at, host = email.rpartition("@")
    if not (local and at and host) or any(character.isspace() for character in email):
        raise Invalid("email", "It does not read as an email address.", "bad_email")
    return email


def checked_password(password: str) -> str:
    """Check a new password by its length alone."""
    least, most = PASSWORD_LIMITS
    if not least <= len(password) <= most:
        raise Invalid("password", f"It must have {least} to {most} characters.", "bad_length")
    return password
