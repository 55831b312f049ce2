"""The settings of one blog, which its admins choose."""

import re
from dataclasses import dataclass
from enum import StrEnum

from domain.caller import Role
from domain.errors import Forbidden, Invalid
from domain.text import checked_line

TITLE_LIMIT = 100
TAGLINE_LIMIT = 300
LANGUAGE_LIMIT = 35
MENU_LIMIT = 10
LABEL_LIMIT = 40
ADDRESS_LIMIT = 500
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")  # BCP 47, without its registry
_LINKED = re.compile(r"/(?![/\\])|https?://")


class Registration(StrEnum):
    """Who may join."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class MenuLink:
    """A link of the menu: to a path of this blog, or to another site."""

    label: str
    address: str

    @classmethod
    def named(cls, label: str, address: str) -> "MenuLink":
        """Check a link; raises Invalid."""
        checked_line("menu", address, ADDRESS_LIMIT)
        if not _LINKED.match(address):
            raise Invalid("menu", "An address begins with /, https:// or http://.", "bad_address")
        return cls(checked_line("menu", label, LABEL_LIMIT), address)


@dataclass(slots=True)
class BlogSettings:
    """What an admin has chosen; as it is here for a blog where nobody has."""

    registration: Registration = Registration.OPEN
    registration_role: Role = Role.AUTHOR
    title: str = "Broadsheet"
    tagline: str | None = None
    language: str = "en"
    menu: tuple[MenuLink, ...] = ()
    comments: bool = True

    def check_registration(self) -> None:
        """Raise Forbidden where nobody may join."""
        if self.registration is Registration.CLOSED:
            raise Forbidden("Registration is closed: ask an admin for an account.")

    def check_comments(self) -> None:
        """Raise Forbidden where nobody may comment."""
        if not self.comments:
            raise Forbidden("This blog takes no comments.")

    def give(self, role: Role) -> None:
        """Choose the role that a registration gives: one without power over others."""
        if role.includes(Role.EDITOR):
            raise Invalid("registration_role", "It must be reader or author.", "too_much")
        self.registration_role = role

    def entitle(self, title: str) -> None:
        self.title = checked_line("title", title, TITLE_LIMIT)

    def describe(self, tagline: str | None) -> None:
        self.tagline = tagline and checked_line("tagline", tagline, TAGLINE_LIMIT)

    def speak(self, language: str) -> None:
        """Choose the language of the blog, by its BCP 47 tag."""
        if len(language) > LANGUAGE_LIMIT or not _LANGUAGE.fullmatch(language):
            raise Invalid("language", "It is a language tag, such as en or pt-BR.", "bad_language")
        self.language = language

    def link(self, menu: tuple[MenuLink, ...]) -> None:
        """Choose the links of the menu, in their order."""
        if len(menu) > MENU_LIMIT:
            raise Invalid("menu", f"A menu has at most {MENU_LIMIT} links.", "too_many")
        self.menu = menu
