"""The caller, and the permissions of each role."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a user may do; each role includes the one before it."""

    READER = "reader"
    AUTHOR = "author"
    EDITOR = "editor"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        roles = list(Role)
        return roles.index(self) >= roles.index(other)


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller, as the token says; without a login in jobs and by links in mails."""

    id: UUID
    role: Role
    login_id: UUID | None = None  # or that of the personal token
    by_token: bool = False  # a personal one
    may_write: bool = True
    by_lasting_token: bool = False  # one of a login without refresh tokens

    @property
    def writes_posts(self) -> bool:
        return self.role is not Role.READER

    @property
    def edits_all_posts(self) -> bool:
        return self.role in (Role.EDITOR, Role.ADMIN)

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN


@dataclass(frozen=True, slots=True)
class Audience:
    """Authenticated callers who may read the same: those who hold, or own, these things, by their
    ids in order."""

    held: tuple[UUID, ...] = ()


MEMBERS = Audience()  # whoever is authenticated, and holds nothing
Onlooker = Caller | Audience | None  # whom something is selected for; None is an anonymous caller
