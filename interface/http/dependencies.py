"""Dependencies of routes: the container, a scope for the request, versions of `If-Match`."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from fastapi.security import OAuth2PasswordBearer
from fastapi.security.base import SecurityBase
from starlette.datastructures import Headers

from application.post.commands import Versions
from core.dependencies.container import Container
from core.dependencies.scope import ServiceScope
from domain.caller import Caller
from domain.errors import Invalid, Unauthenticated
from domain.tenant import DEFAULT_TENANT
from interface.http.callers import client_address
from interface.http.consistency import sent_position
from interface.http.limits import count_call, of_address, of_read, of_user

_ENTITY_TAG = re.compile(r'"(\d{1,9})-[^"]*"')
_BEARER = OAuth2PasswordBearer("/api/v1/auth/token")
_SCHEMES = ("bearer", "token")  # the second one is that of the RealWorld API


def container_of(request: Request) -> Container:
    container: Container = request.app.state.container
    return container


class OpeningScope(SecurityBase):
    """Opens the scope of a request, with its tenant, its caller, and the caller's position; counts
    it as a read where it is one. Raises Unauthenticated and LimitReached.

    For FastAPI it is the security scheme of /docs and its Authorize button. The other headers are
    described with those of answers: declared as parameters they would cost more than reading them.
    """

    model, scheme_name = _BEARER.model, _BEARER.scheme_name

    def __init__(self, *, of_read: bool = False) -> None:
        self._of_read = of_read

    async def __call__(self, request: Request) -> ServiceScope:
        scope = await self._opened(request)
        if self._of_read:
            await scope.limits.take(of_read(scope))
        return scope

    async def _opened(self, request: Request) -> ServiceScope:
        container, sent = container_of(request), request.headers
        tenant = tenant_in(container, sent)
        caller = await self._caller_in(container, sent, tenant)
        position = sent_position(container, sent.getlist("Consistency-Token"))
        past_cache = "no-cache" in sent.get("Cache-Control", "").lower()
        address = client_address(request.scope)
        scope = container.scope(tenant, caller, position, past_cache=past_cache, address=address)
        note_scope(request, scope)
        return scope

    async def _caller_in(self, container: Container, sent: Headers, tenant: UUID) -> Caller | None:
        return await caller_in(container, sent, tenant)


open_scope = OpeningScope()
# counted here, as a dependency of its own costs more than the rest of a cache hit's limits
open_scope_of_list = OpeningScope(of_read=True)


async def open_scope_without_query(
    request: Request, scope: Annotated[ServiceScope, Depends(open_scope)]
) -> ServiceScope:
    """Open the scope of a call without query parameters; raises Invalid where it has one."""
    for name in request.query_params:
        raise Invalid(name, "This call has no such parameter.", "extra_forbidden")
    return scope


async def open_scope_of_read(
    request: Request, scope: Annotated[ServiceScope, Depends(open_scope_of_list)]
) -> ServiceScope:
    """Open the scope of a read without query parameters; raises Invalid where it has one."""
    return await open_scope_without_query(request, scope)


class LimitedScope:
    """Opens the scope of an anonymous caller's command, and counts it under limits of the
    address; raises LimitReached."""

    def __init__(self, *limits: str) -> None:
        self._limits = limits

    async def __call__(
        self, scope: Annotated[ServiceScope, Depends(open_scope_without_query)]
    ) -> ServiceScope:
        await scope.limits.take(*(of_address(limit, scope) for limit in self._limits))
        return scope


class AuthenticatedLimitedScope:
    """Opens the scope of an authenticated caller, and counts a read as one, and a command under
    the limit of all commands and these; raises Unauthenticated and LimitReached."""

    def __init__(self, *limits: str) -> None:
        self._limits = limits

    async def __call__(
        self, request: Request, scope: Annotated[ServiceScope, Depends(open_scope_without_query)]
    ) -> ServiceScope:
        await count_call(scope, request.method, self._limits)
        return scope


def note_scope(request: Request, scope: ServiceScope) -> None:
    """Leave a scope to the layers around the routes."""
    request.state.scope, request.state.timings = scope, scope.timings


async def open_scope_of_link(
    request: Request, token: Annotated[str, Query(max_length=500)]
) -> ServiceScope:
    """Open the scope of the recipient of a mail, by its link; raises Invalid."""
    container = container_of(request)
    tenant, caller = container.caller_of_link(token)
    scope = container.scope(tenant, caller)
    note_scope(request, scope)
    return scope


async def open_scope_of_mail(
    request: Request, token: Annotated[str, Query(max_length=500)]
) -> ServiceScope:
    """Open the scope of whoever has opened the link of a mail, by its tenant; raises Invalid."""
    container = container_of(request)
    tenant, address = container.tenant_of_mail_link(token), client_address(request.scope)
    scope = container.scope(tenant, address=address)
    note_scope(request, scope)
    return scope


async def open_scope_of_export(
    request: Request, token: Annotated[str, Query(max_length=500)]
) -> ServiceScope:
    """Open the scope of the user whose export a link leads to, and count it; raises Invalid and
    LimitReached."""
    container = container_of(request)
    tenant, caller = container.caller_of_export_link(token)
    position = sent_position(container, request.headers.getlist("Consistency-Token"))
    scope = container.scope(tenant, caller, position)
    note_scope(request, scope)
    await scope.limits.take(of_user("exports", caller))
    return scope


async def versions_in_if_match(request: Request) -> Versions:
    """Return the versions that a caller accepts; None for any.

    Only the version counts: a favourite changes the rest of an ETag, and must not stop an editor.
    Nor must a proxy that compresses answers, which makes their ETags weak.
    """
    if_match = request.headers.getlist("If-Match")
    if not if_match or "*" in (line.strip() for line in if_match):
        return None
    return frozenset(int(version) for version in _ENTITY_TAG.findall(",".join(if_match)))


def tenant_in(container: Container, sent: Headers) -> UUID:
    """Return the tenant whose token was sent, or the default one; raises Unauthenticated."""
    token = sent.get("X-Tenant-Token")
    return DEFAULT_TENANT if token is None else container.tenant_of(token)


async def caller_in(container: Container, sent: Headers, tenant: UUID) -> Caller | None:
    """Return the caller whose access token was sent; None for an anonymous one; raises
    Unauthenticated."""
    authorization = sent.get("Authorization")
    if authorization is None:
        return None
    return await container.caller_of(access_token_in(authorization), tenant)


def access_token_in(authorization: str) -> str:
    """Return the token of an `Authorization` header; raises Unauthenticated."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() not in _SCHEMES:
        raise Unauthenticated("Send `Authorization: Bearer <access token>`.")
    return token.strip()


OpenScope = Annotated[ServiceScope, Depends(open_scope_of_read)]
ScopeOfList = Annotated[ServiceScope, Depends(open_scope_of_list)]
UncountedScope = Annotated[ServiceScope, Depends(open_scope_without_query)]
AuthenticatedScope = Annotated[ServiceScope, Depends(AuthenticatedLimitedScope())]
ScopeOfLink = Annotated[ServiceScope, Depends(open_scope_of_link)]
ScopeOfExport = Annotated[ServiceScope, Depends(open_scope_of_export)]
ScopeOfMail = Annotated[ServiceScope, Depends(open_scope_of_mail)]
IfMatch = Annotated[Versions, Depends(versions_in_if_match)]
