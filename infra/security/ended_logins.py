"""The logins that have ended while access tokens of theirs have not expired."""

from uuid import UUID

from cachetools import TTLCache

from domain.errors import Unauthenticated

LOGIN_ENDED = "This login has ended: log in again."


class EndedLogins:
    """Their ids, for as long as an access token is valid; one for a process."""

    def __init__(self, seconds: float) -> None:
        self._ids: TTLCache[UUID, None] = TTLCache(float("inf"), seconds)

    def add(self, login_id: UUID) -> None:
        self._ids[login_id] = None

    def check(self, login_id: UUID | None) -> None:
        """Raise Unauthenticated for a login that has ended."""
        if login_id in self._ids:
            raise Unauthenticated(LOGIN_ENDED)
