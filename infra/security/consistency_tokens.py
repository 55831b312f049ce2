"""Consistency tokens: signed positions, which callers send from a write to later reads."""

import time

from itsdangerous import BadData

from application.positions import NOWHERE, ForgedPosition, Position
from infra.security.signing import Secrets, timed_seal

_GOOD_FOR_SECONDS = 60  # no replica that is read lags as long


class ConsistencyTokens:
    """Encodes positions as signed, opaque text, and decodes them."""

    def __init__(self, secrets: Secrets) -> None:
        self._seal = timed_seal(secrets, "consistency-token")

    def write(self, position: Position) -> str:
        return str(self._seal.dumps(dict(position.sequences)))

    def read(self, token: str) -> Position:
        """Return the position; an empty one for an expired token. Raises ForgedPosition."""
        try:
            sequences, given_at = self._seal.loads(token, return_timestamp=True)
        except (BadData, ValueError) as error:
            raise ForgedPosition("The Consistency-Token is not one of ours.") from error
        # not the library's check, which also refuses tokens of a server whose clock is ahead
        is_old = time.time() - given_at.timestamp() > _GOOD_FOR_SECONDS
        return NOWHERE if is_old else Position(sequences)
