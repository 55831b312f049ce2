"""Authors of imported posts: users without a login, unless an export names their usernames."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from application.user.ports import UserRepository
from domain.errors import Invalid
from domain.slug import stem_of
from domain.user import USERNAME_LIMIT, User, checked_username

_STEM_LIMIT = USERNAME_LIMIT - 5  # leaves room for a number after it


class Authors:
    """Finds or creates the authors of a batch, each once."""

    def __init__(self, users: UserRepository) -> None:
        self._users = users
        self._found: dict[tuple[str, str | None], UUID] = {}

    async def first_of(self, names: Sequence[str], username: str | None, day: datetime) -> UUID:
        """Return the first author's id; create the missing ones. `username` is the first one's."""
        first, *others = names
        for name in [(first, username), *((other, None) for other in others)]:
            if name not in self._found:
                self._found[name] = await self._author(*name, day)
        return self._found[first, username]

    async def _author(self, name: str, username: str | None, day: datetime) -> UUID:
        stem, number = username or _username_stem(name), 1
        while user := await self._users.called(_numbered(stem, number)):
            # users with a login get posts by their username alone
            is_called_so = username is not None and number == 1
            if user.display_name == name and (user.password_hash is None or is_called_so):
                return user.id
            number += 1
        user = User.imported(_numbered(stem, number), name, day)
        await self._users.add(user)
        return user.id


def _username_stem(name: str) -> str:
    stem = stem_of(name)[:_STEM_LIMIT].strip("-")
    try:
        return checked_username(stem)
    except Invalid:
        # an author named Me: /users/me is the caller's own account
        return f"author-{stem}"


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem[:_STEM_LIMIT]}-{number}"
