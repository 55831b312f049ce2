"""Consistency tokens: a position, sealed, as callers carry it from a write to a read."""

import time

from itsdangerous import BadData, URLSafeTimedSerializer

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
            sequences, given_at = self._seal.loads(token, return_timestamp=True)
        except (BadData, ValueError) as error:
            raise ForgedPosition("The Consistency-Token is not one of ours.") from error
        # not the library's check: it also refuses one of a server whose clock is ahead
        is_old = time.time() - given_at.timestamp() > _GOOD_FOR_SECONDS
        return NOWHERE if is_old else Position(sequences)
