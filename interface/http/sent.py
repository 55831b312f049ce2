"""Headers as they were sent, for what looks at every request."""

from starlette.types import Scope


def sent_header(scope: Scope, name: bytes) -> bytes | None:
    """Give the first value of a header, whose name is in lower case."""
    for sent, value in scope["headers"]:
        if sent == name:
            found: bytes = value
            return found
    return None
