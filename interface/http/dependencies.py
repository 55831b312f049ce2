"""What routes ask for: the container, a scope for the request, versions in `If-Match`."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Query, Request
from fastapi.security import OAuth2PasswordBearer
from fastapi.security.base import SecurityBase

from application.callers import signed_in
from application.post.commands import Versions
from core.dependencies.container import Container
from core.dependencies.scope import Scope
from domain.errors import Invalid, Unauthenticated
from domain.tenant import DEFAULT_TENANT
from domain.user import Caller
from interface.http.consistency import sent_position

_ENTITY_TAG = re.compile(r'(?<!W/)"(\d{1,9})-[^"]*"')
_BEARER = OAuth2PasswordBearer("/api/v1/auth/token")


def container_of(request: Request) -> Container:
    container: Container = request.app.state.container
    return container


class OpeningScope(SecurityBase):
    """Opens the scope of a request: its tenant, its caller, and what the caller has seen.

    To FastAPI it is the security scheme of /docs and its Authorize button. The other headers are
    described with those of answers: as parameters they would cost more than to read them.
    """

    model, scheme_name = _BEARER.model, _BEARER.scheme_name

    async def __call__(self, request: Request) -> Scope:
        container, sent = container_of(request), request.headers
        of_tenant = sent.get("X-Tenant-Token")
        tenant = DEFAULT_TENANT if of_tenant is None else container.tenant_of(of_tenant)
        caller = _caller(container, sent.get("Authorization"), tenant)
        position = sent_position(container, sent.getlist("Consistency-Token"))
        past_cache = "no-cache" in sent.get("Cache-Control", "").lower()
        scope = container.scope(tenant, caller, position, past_cache=past_cache)
        request.state.scope, request.state.timings = scope, scope.timings
        return scope


open_scope = OpeningScope()


async def open_scope_without_query(
    request: Request, scope: Annotated[Scope, Depends(open_scope)]
) -> Scope:
    """Open the scope of a call that takes no query parameters; raises Invalid where it has one."""
    for name in request.query_params:
        raise Invalid(name, "This call has no such parameter.", "extra_forbidden")
    return scope


async def open_scope_signed_in(
    scope: Annotated[Scope, Depends(open_scope_without_query)],
) -> Scope:
    """Open the scope of a caller who must be signed in; raises Unauthenticated."""
    signed_in(scope.caller)
    return scope


async def open_scope_of_link(
    request: Request, token: Annotated[str, Query(max_length=500)]
) -> Scope:
    """Open the scope of whoever got this link by mail, in their tenant; raises Invalid."""
    container = container_of(request)
    tenant, caller = container.caller_of_link(token)
    scope = container.scope(tenant, caller)
    request.state.scope, request.state.timings = scope, scope.timings
    return scope


async def versions_in_if_match(
    if_match: Annotated[list[str] | None, Header(alias="If-Match")] = None,
) -> Versions:
    """Give the versions that a caller decided on; None for any.

    Only the version counts: a favourite changes the rest of an ETag, and must stop no editor.
    """
    if if_match is None or "*" in (line.strip() for line in if_match):
        return None
    return frozenset(int(version) for version in _ENTITY_TAG.findall(",".join(if_match)))


def _caller(container: Container, authorization: str | None, tenant: UUID) -> Caller | None:
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("Send `Authorization: Bearer <access token>`.")
    return container.caller_of(token.strip(), tenant)


OpenScope = Annotated[Scope, Depends(open_scope_without_query)]
ScopeOfList = Annotated[Scope, Depends(open_scope)]
SignedInScope = Annotated[Scope, Depends(open_scope_signed_in)]
ScopeOfLink = Annotated[Scope, Depends(open_scope_of_link)]
IfMatch = Annotated[Versions, Depends(versions_in_if_match)]
