"""Consistency tokens: a position, sealed, as callers carry it from a write to a read."""

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from application.positions import NOWHERE, ForgedPosition, Position

_GOOD_FOR_SECONDS = 60  # a replica that far behind is never read


class ConsistencyTokens:
    """Writes positions as opaque text and reads them again."""

    def __init__(self, secret: str) -> None:
        self._seal = URLSafeTimedSerializer(secret, salt="consistency-token")

    def write(self, position: Position) -> str:
        return str(self._seal.dumps(dict(position.sequences)))

    def read(self, token: str) -> Position:
        """Give the position; nowhere for an expired token. Raises ForgedPosition."""
        try:
            return Position(self._seal.loads(token, max_age=_GOOD_FOR_SECONDS))
        except SignatureExpired:
            return NOWHERE
        except (BadData, ValueError) as error:
            raise ForgedPosition("The Consistency-Token is not one of ours.") from error
