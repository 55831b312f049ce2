"""The user: an account, and its public face."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.caller import Role
from domain.errors import Invalid
from domain.ids import new_id
from domain.picture import pictures_in
from domain.text import checked_line, checked_name, checked_note, folded, is_unseen

USERNAME_LIMIT = 50
EMAIL_LIMIT = 254
DISPLAY_NAME_LIMIT = 100
BIO_LIMIT = 2_000
IMAGE_LIMIT = 2_000


@dataclass(slots=True)
class User:
    """An account. Without a password hash it has no login, as that of an imported author."""

    id: UUID
    username: str
    email: str | None
    email_verified: bool
    pending_email: str | None  # until its link is opened
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
    deleted_at: datetime | None = None

    @classmethod
    def register(
        cls, username: str, email: str, password_hash: str, display_name: str | None, now: datetime
    ) -> "User":
        """Make the account of a registration: an author."""
        user = cls.imported(username, display_name or username, now)
        user.email = checked_email(email)
        user.password_hash = password_hash
        return user

    @classmethod
    def imported(cls, username: str, display_name: str, now: datetime) -> "User":
        """Make the account of an imported author, which has no login."""
        return cls(
            id=new_id(),
            username=checked_username(username),
            email=None,
            email_verified=False,
            pending_email=None,
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

    def ask_to_move(self, email: str) -> None:
        """Note another address, if it is one; the present one goes on until its link is opened."""
        self.pending_email = None if email == self.email else checked_email(email)

    def confirm(self, email: str) -> None:
        """Take the address whose link was opened."""
        if email == self.pending_email:
            self.email, self.pending_email = email, None
        elif email != self.email:
            raise Invalid("token", "The account has another address by now.", "superseded")
        self.email_verified = True

    def delete(self, now: datetime) -> None:
        """Close the account for good, and erase all that tells whose it was."""
        self.username = f"deleted-{self.id.hex[-16:]}"
        self.display_name = "deleted user"
        self.email = self.pending_email = self.password_hash = self.bio = self.image = None
        self.email_verified = self.mails = self.is_active = False
        self.deleted_at = now

    @property
    def mailed_name(self) -> str:
        """The name for mails: one that could pass for an address is replaced."""
        return self.username if "@" in folded(self.display_name) else self.display_name

    def present_as(self, display_name: str) -> None:
        self.display_name = checked_line("display_name", display_name, DISPLAY_NAME_LIMIT)

    def describe(self, bio: str | None) -> None:
        self.bio = None if bio is None else checked_note("bio", bio, BIO_LIMIT)

    @property
    def pictures(self) -> frozenset[UUID]:
        """The pictures that it shows."""
        return pictures_in(self.image or "")

    def picture(self, image: str | None) -> None:
        self.image = None if image is None else checked_line("image", image, IMAGE_LIMIT)


def checked_username(username: str) -> str:
    """Check a username: it is one part of an address, `/users/<username>`."""
    checked_name("username", username, USERNAME_LIMIT)
    # users log in by either, so an email must not be another user's username
    if "/" in username or "@" in folded(username) or username != username.strip():
        raise Invalid("username", "No /, no @ and no space at its ends.", "bad_characters")
    if any(map(is_unseen, username)):
        raise Invalid("username", "It has a character that can't be seen.", "bad_characters")
    if folded(username) == "me" or username in (".", ".."):
        raise Invalid("username", "This name is reserved.", "reserved")
    return username


def checked_email(email: str) -> str:
    """Check that an address can be one: text, an @, text, no spaces."""
    checked_name("email", email, EMAIL_LIMIT)
    local, at, host = email.rpartition("@")
    if not (local and at and host) or any(character.isspace() for character in email):
        raise Invalid("email", "It does not read as an email address.", "bad_email")
    return email
