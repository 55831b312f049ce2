"""Who calls a handler."""

from domain.errors import Forbidden, Unauthenticated
from domain.user import Caller


def signed_in(caller: Caller | None) -> Caller:
    """Give the caller; raises Unauthenticated where nobody is signed in."""
    if caller is None:
        raise Unauthenticated("Sign in first: send an access token.")
    return caller


def check_admin(caller: Caller | None) -> Caller:
    """Give the caller; raises Forbidden where they are no admin."""
    known = signed_in(caller)
    if not known.is_admin:
        raise Forbidden("Only admins may do this.")
    return known
