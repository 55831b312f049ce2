"""Headers in the form of ASGI, for code that runs at every request."""

from starlette.types import Scope

Headers = tuple[tuple[bytes, bytes], ...]


def sent_header(scope: Scope, name: bytes) -> bytes | None:
    """Return the first value of a header, whose name is in lower case."""
    for sent, value in scope["headers"]:
        if sent == name:
            found: bytes = value
            return found
    return None
