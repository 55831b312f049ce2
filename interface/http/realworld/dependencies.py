"""Scopes of calls: with a caller, perhaps with one, or for anybody."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers

from core.dependencies.container import Container
from core.dependencies.scope import ServiceScope
from domain.caller import Caller
from domain.errors import Unauthenticated
from interface.http.dependencies import (
    OpeningScope,
    access_token_in,
    caller_in,
    container_of,
    tenant_in,
)
from interface.http.limits import count_call, of_address
from interface.http.realworld.errors import MISSING


class OptionalCaller(OpeningScope):
    """Opens the scope of a read; with a token that is not valid the caller is anonymous. Raises
    LimitReached."""

    async def _caller_in(self, container: Container, sent: Headers, tenant: UUID) -> Caller | None:
        try:
            return await caller_in(container, sent, tenant)
        except Unauthenticated:
            return None


class RequiredCaller(OpeningScope):
    """Opens the scope of an authenticated caller, and counts a read as one, and a command under
    the limit of all commands and these; raises Unauthenticated and LimitReached."""

    def __init__(self, *limits: str) -> None:
        super().__init__()
        self._limits = limits

    async def __call__(self, request: Request) -> ServiceScope:
        scope = await self._opened(request)
        await count_call(scope, request.method, self._limits)
        return scope


class AnyCaller(OpeningScope):
    """Opens the scope of a command of anybody, whatever token is sent, and counts it under limits
    of the address; raises LimitReached."""

    def __init__(self, *limits: str) -> None:
        super().__init__()
        self._limits = limits

    async def __call__(self, request: Request) -> ServiceScope:
        scope = await self._opened(request)
        await scope.limits.take(*(of_address(limit, scope) for limit in self._limits))
        return scope

    async def _caller_in(self, container: Container, sent: Headers, tenant: UUID) -> Caller | None:
        return None


class RealWorldRoute(APIRoute):
    """Checks the token of a call that needs a caller before its body is read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()
        scopes = [each.call for each in self.dependant.dependencies]
        if not any(isinstance(each, RequiredCaller) for each in scopes):
            return answer

        async def answer_callers(request: Request) -> Response:
            await _check_caller(container_of(request), request.headers)
            return await answer(request)

        return answer_callers


async def _check_caller(container: Container, sent: Headers) -> None:
    if "Authorization" not in sent:
        raise Unauthenticated(MISSING)
    await caller_in(container, sent, tenant_in(container, sent))


def token_in(request: Request) -> str:
    """Return the access token that was sent."""
    return access_token_in(request.headers["Authorization"])


ScopeOfAny = Annotated[ServiceScope, Depends(AnyCaller())]
ScopeOfReader = Annotated[ServiceScope, Depends(OptionalCaller(of_read=True))]
ScopeOfCaller = Annotated[ServiceScope, Depends(RequiredCaller())]
TokenOfCaller = Annotated[str, Depends(token_in)]
