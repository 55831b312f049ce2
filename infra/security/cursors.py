"""Cursors: the end of a page, signed, so that forged ones are refused."""

from dataclasses import dataclass
from uuid import UUID

from itsdangerous import BadData

from domain.errors import Invalid
from infra.security.signing import Secrets, seal


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last item of a page: the order, its sort key, and its id for equal keys."""

    sort: str
    at: str | int | None
    id: UUID | None = None


class Cursors:
    """Encodes cursors as signed, opaque text, and decodes them."""

    def __init__(self, secrets: Secrets) -> None:
        self._seal = seal(secrets, "cursor")

    def write(self, cursor: Cursor) -> str:
        sealed = self._seal.dumps([cursor.sort, cursor.at, cursor.id and cursor.id.hex])
        return sealed if isinstance(sealed, str) else sealed.decode()

    def read(self, text: str, sort: str) -> Cursor:
        """Decode a cursor; raises Invalid where it is forged, or of another order."""
        try:
            made_for, at, last_id = self._seal.loads(text)
        except (BadData, ValueError) as error:
            raise Invalid("cursor", "It is not a cursor of ours: take `next_cursor`.") from error
        if made_for != sort:
            raise Invalid("cursor", f"It was made for sort={made_for}: begin anew.")
        return Cursor(made_for, at, UUID(last_id) if last_id else None)
