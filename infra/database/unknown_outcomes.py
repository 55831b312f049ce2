"""Commits whose outcome is unknown: until it is known, their callers read from the primary.

They are part of a position, as a source of their own whose number is the second at which the
outcome is certain. So they are joined, sent and stored as all positions are.
"""

from time import time

from application.positions import Position

UNKNOWN = "unknown-until"
# exceeds the server's timeout of idle sessions, and the lag of any replica that is read
_SECONDS = 60


def unknown_outcome() -> Position:
    """Return the position of a commit that may still take place."""
    return Position({UNKNOWN: round(time()) + _SECONDS})


def is_unknown(position: Position) -> bool:
    """Return whether a position can be read on the primary alone."""
    return position.sequences.get(UNKNOWN, 0) > time()
