"""Cursors: where a page ends, sealed so that only our own come back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from domain.errors import Invalid


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last post of a page; the order is part of it."""

    sort: str
    published_at: datetime | None
    id: UUID


class Cursors:
    """Writes cursors as opaque text and reads them again."""

    def __init__(self, secret: str) -> None:
        self._seal = URLSafeSerializer(secret, salt="cursor")

    def write(self, cursor: Cursor) -> str:
        moment = cursor.published_at and cursor.published_at.isoformat()
        sealed = self._seal.dumps([cursor.sort, moment, cursor.id.hex])
        return sealed if isinstance(sealed, str) else sealed.decode()

    def read(self, text: str, sort: str) -> Cursor:
        """Read a cursor; raises Invalid where it is not ours, or of another order."""
        try:
            made_for, moment, post_id = self._seal.loads(text)
        except (BadData, ValueError) as error:
            raise Invalid("cursor", "It is not a cursor of ours: take `next_cursor`.") from error
        if made_for != sort:
            raise Invalid("cursor", f"It was made for sort={made_for}: begin anew.")
        at = datetime.fromisoformat(moment).astimezone(UTC) if moment else None
        return Cursor(made_for, at, UUID(post_id))
