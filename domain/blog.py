"""The settings of one blog, which its admins choose."""

from dataclasses import dataclass
from enum import StrEnum

from domain.caller import Role
from domain.errors import Forbidden, Invalid


class Registration(StrEnum):
    """Who may join."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(slots=True)
class BlogSettings:
    """What an admin has chosen; as it is here for a blog where nobody has."""

    registration: Registration = Registration.OPEN
    registration_role: Role = Role.AUTHOR

    def check_registration(self) -> None:
        """Raise Forbidden where nobody may join."""
        if self.registration is Registration.CLOSED:
            raise Forbidden("Registration is closed: ask an admin for an account.")

    def give(self, role: Role) -> None:
        """Choose the role that a registration gives: one without power over others."""
        if role.includes(Role.EDITOR):
            raise Invalid("registration_role", "It must be reader or author.", "too_much")
        self.registration_role = role
