"""Cursors: where a page ends, sealed so that only our own come back."""

from dataclasses import dataclass
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from domain.errors import Invalid


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last one of a page: the order, its place in that order, and its id where places tie."""

    sort: str
    at: str | int | None
    id: UUID | None = None


class Cursors:
    """Writes cursors as opaque text and reads them again."""

    def __init__(self, secret: str) -> None:
        self._seal = URLSafeSerializer(secret, salt="cursor")

    def write(self, cursor: Cursor) -> str:
        sealed = self._seal.dumps([cursor.sort, cursor.at, cursor.id and cursor.id.hex])
        return sealed if isinstance(sealed, str) else sealed.decode()

    def read(self, text: str, sort: str) -> Cursor:
        """Read a cursor; raises Invalid where it is not ours, or of another order."""
        try:
            made_for, at, last_id = self._seal.loads(text)
        except (BadData, ValueError) as error:
            raise Invalid("cursor", "It is not a cursor of ours: take `next_cursor`.") from error
        if made_for != sort:
            raise Invalid("cursor", f"It was made for sort={made_for}: begin anew.")
        return Cursor(made_for, at, UUID(last_id) if last_id else None)
