"""Who calls a handler."""

from domain.errors import Unauthenticated
from domain.user import Caller


def signed_in(caller: Caller | None) -> Caller:
    """Give the caller; raises Unauthenticated where nobody is signed in."""
    if caller is None:
        raise Unauthenticated("Sign in first: send an access token.")
    return caller
