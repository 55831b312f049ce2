"""Limits of calls: what a call counts as, and the headers `RateLimit-Policy` and `RateLimit`."""

from collections.abc import Iterable
from math import ceil

from starlette.types import Scope

from application.callers import authenticated
from application.limits import Use, Window
from core.dependencies.scope import ServiceScope
from domain.caller import Caller
from domain.text import folded
from interface.http.consistency import READS
from interface.http.sent import Headers

POLICY, REMAINING = "RateLimit-Policy", "RateLimit"
COMMANDS = "commands"


def of_read(scope: ServiceScope) -> Use:
    """Return what a read counts as: of a user, or of an anonymous caller's address."""
    caller = scope.caller
    return of_user("user_reads", caller) if caller else of_address("address_reads", scope)


def of_user(limit: str, caller: Caller) -> Use:
    """Return a use by an authenticated caller."""
    return Use(limit, caller.id.hex)


def of_address(limit: str, scope: ServiceScope) -> Use:
    """Return a use by whoever has the caller's network address."""
    return Use(limit, scope.limits.address)


async def count_call(scope: ServiceScope, method: str, limits: Iterable[str]) -> None:
    """Count an authenticated caller's read as one, and a command under the limit of all commands
    and these; raises Unauthenticated and LimitReached."""
    caller = authenticated(scope.caller)
    counted = (COMMANDS, *limits)
    uses = [of_read(scope)] if method in READS else [of_user(name, caller) for name in counted]
    await scope.limits.take(*uses)


async def count_forgotten_password(scope: ServiceScope, email: str) -> None:
    """Count a request for a new password, whether an account has the email or not; raises
    LimitReached."""
    of_account = Use("account_resets", folded(email))
    await scope.limits.take(of_address("forgotten_passwords", scope), of_account)


def limits_left(scope: Scope) -> Headers:
    """Return the headers with what is left of the limits that a call was counted under.

    They are those of the IETF's draft draft-ietf-httpapi-ratelimit-headers.
    """
    opened: ServiceScope | None = scope["state"].get("scope")
    if opened is None or not opened.limits.windows:
        return ()
    windows = opened.limits.windows.values()
    policies, left = _policies(windows).encode(), _remaining(windows).encode()
    return (POLICY.lower().encode(), policies), (REMAINING.lower().encode(), left)


def _policies(windows: Iterable[Window]) -> str:
    limits = [window.limit for window in windows]
    return ", ".join(f'"{limit.name}";q={limit.most};w={limit.seconds}' for limit in limits)


def _remaining(windows: Iterable[Window]) -> str:
    return ", ".join(
        f'"{window.limit.name}";r={window.remaining};t={ceil(window.seconds)}' for window in windows
    )
