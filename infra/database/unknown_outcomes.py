"""Commits whose outcome is unknown: until it is certain, their callers read the primary.

They stand in a position under a source of their own, with the second at which they are certain. So
they join, travel and are kept as all positions are.
"""

from time import time

from application.positions import Position

UNKNOWN = "unknown-until"
# longer than a server keeps a silent session, and than a replica that is read may lag
_SECONDS = 60


def unknown_outcome() -> Position:
    """Give the position of a commit that may still take place."""
    return Position({UNKNOWN: round(time()) + _SECONDS})


def is_unknown(position: Position) -> bool:
    """Tell whether only the primary shows all that a position stands for."""
    return position.sequences.get(UNKNOWN, 0) > time()
