"""Checks of the caller of a handler."""

from domain.caller import Caller, Role
from domain.errors import Forbidden, Unauthenticated


def authenticated(caller: Caller | None) -> Caller:
    """Return the caller; raises Unauthenticated for an anonymous one."""
    if caller is None:
        raise Unauthenticated("Sign in first: send an access token.")
    return caller


def logged_in(caller: Caller | None) -> Caller:
    """Return a caller with an access token; raises Forbidden for one with a personal token."""
    known = authenticated(caller)
    if known.by_token:
        raise Forbidden("A personal token may not do this: log in.")
    return known


def asked_for_no_password(caller: Caller | None) -> Caller:
    """Return a caller with a lasting token, whose clients can't send the present password; raises
    Forbidden for all others."""
    known = authenticated(caller)
    if not known.by_lasting_token:
        raise Forbidden("Only a token of POST /api/users/login may do this without a password.")
    return known


def at_least(role: Role, caller: Caller | None) -> Caller:
    """Return the caller; raises Forbidden where they have a lesser role."""
    known = authenticated(caller)
    if not known.role.includes(role):
        raise Forbidden(f"Only {role}s may do this.")
    return known
