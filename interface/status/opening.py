"""Who may open the status: an admin, by HTTP Basic with a personal token, from no other site."""

from base64 import b64decode
from typing import NoReturn
from uuid import UUID

from fastapi import Request
from starlette.exceptions import HTTPException

from application.callers import at_least
from application.unit_of_work import Retryable, Unavailable
from application.user.queries import UserQueryService
from core.dependencies.container import Container
from core.dependencies.scope import ServiceScope
from domain.caller import Caller, Role
from domain.errors import Forbidden, Unauthenticated
from domain.personal_token import PREFIX
from domain.text import folded
from interface.http.addresses import address_of, origin
from interface.http.callers import client_address
from interface.http.dependencies import container_of, note_scope, tenant_in
from interface.http.limits import count_call
from interface.http.sent import sent_header

_ASK = {"WWW-Authenticate": 'Basic realm="Broadsheet", charset="UTF-8"'}
_HOW = "Sign in with your user's name, and a personal token that has the scope `admin`."
_ELSEWHERE = "This is for pages of this server alone: open /status, and use its buttons."


async def open_status(request: Request) -> ServiceScope:
    """Open the scope of an admin, and count the call; raises HTTPException 401, Forbidden and
    LimitReached."""
    request.state.is_private = True
    _check_site(request)
    container = container_of(request)
    tenant = _tenant(container, request)
    name, token = _credentials(request)
    try:
        caller = await container.caller_of(token, tenant)
    except Unauthenticated:
        _ask()
    scope = container.scope(tenant, caller, address=client_address(request.scope))
    note_scope(request, scope)
    # before anything may refuse it: refusals cost statements too
    await count_call(scope, request.method, ())
    await _check_name(container, scope, caller, name)
    at_least(Role.ADMIN, caller)
    return scope


def _tenant(container: Container, request: Request) -> UUID:
    try:
        return tenant_in(container, request.headers)
    except Unauthenticated as error:
        # no name and no token help: a browser that asks for them would ask for ever
        raise Forbidden("The X-Tenant-Token is not valid.") from error


def _check_site(request: Request) -> None:
    """Raise Forbidden where a page of another site asks: browsers send the name and the token with
    its requests too."""
    site = request.headers.get("Sec-Fetch-Site")
    if request.method == "POST":
        # browsers leave out the former without TLS, unless they call this machine itself; whoever
        # sends neither is no browser
        is_own = site == "same-origin" if site else _is_own(request, request.headers.get("Origin"))
    else:
        is_opened = request.headers.get("Sec-Fetch-Mode") == "navigate"
        is_own = is_opened or site in (None, "none", "same-origin")
    if not is_own:
        raise Forbidden(_ELSEWHERE)


def _is_own(request: Request, sent: str | None) -> bool:
    """Return whether an origin is that of PUBLIC_URL, or of the address that was called: as by an
    internal one. A page of another site can choose neither its origin nor the host it calls."""
    called = origin(request.scope, sent_header(request.scope, b"host"), "")
    bases = (address_of(request, ""), called)
    return sent is not None and sent.lower() in {_origin_of(base) for base in bases}


def _origin_of(base: str) -> str:
    return "/".join(base.split("/")[:3]).lower()


def _credentials(request: Request) -> tuple[str, str]:
    """Return a name and a personal token."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        name, _, token = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        _ask()
    if scheme.lower() != "basic" or not token.startswith(PREFIX):
        _ask()
    return name, token


async def _check_name(container: Container, scope: ServiceScope, caller: Caller, name: str) -> None:
    # a scope of its own, as the one of the request may have no cached call
    own = container.scope(scope.tenant, caller)
    try:
        account = await own[UserQueryService].get_me()
    except (Retryable, Unavailable):
        return  # no database answers: the token alone says who it is, as in the API
    if folded(account.username) != folded(name):
        _ask()


def _ask() -> NoReturn:
    raise HTTPException(401, _HOW, _ASK)
